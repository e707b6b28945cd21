namespace Cluster.Data;

/// <summary>Helpers that the content hashes of all kinds of samples share.</summary>
internal static class ContentHash
{
    /// <summary>Appends four bytes, little-endian.</summary>
    public static void AppendInt32(this IncrementalHash hash, int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        hash.AppendData(bytes);
    }

    /// <summary>The first 128 bits of a content's SHA-256.</summary>
    public static UInt128 Of(ReadOnlySpan<byte> content) => Shortened(SHA256.HashData(content));

    /// <summary>The first 128 bits of a hash.</summary>
    public static UInt128 Shortened(ReadOnlySpan<byte> hash) => BinaryPrimitives.ReadUInt128LittleEndian(hash);
}
