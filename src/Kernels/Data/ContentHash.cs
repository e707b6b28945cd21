using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Cluster.Kernels.Data;

/// <summary>What the content hashes of samples of every kind have in common.</summary>
internal static class ContentHash
{
    /// <summary>Takes in four bytes, little-endian.</summary>
    public static void AppendInt32(this IncrementalHash hash, int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        hash.AppendData(bytes);
    }

    /// <summary>The first 128 bits of a hash.</summary>
    public static UInt128 Shortened(ReadOnlySpan<byte> hash) => BinaryPrimitives.ReadUInt128LittleEndian(hash);
}
