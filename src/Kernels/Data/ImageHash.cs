using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Cluster.Kernels.Data;

/// <summary>Content hashes of decoded images.</summary>
internal static class ImageHash
{
    /// <summary>A set's digest.</summary>
    public static string OfSet(ImageSet set)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("cluster.images/v1\n"u8);
        AppendInt32(hash, set.Count);
        AppendInt32(hash, set.Channels);
        AppendInt32(hash, set.Height);
        AppendInt32(hash, set.Width);
        AppendInt32(hash, set.HasLabels ? 1 : 0);
        byte[]? scratch = null;
        for (int i = 0; i < set.Count; i++)
        {
            if (set.HasLabels)
            {
                AppendInt32(hash, set.Label(i));
            }

            hash.AppendData(set.ReadPixels(i, ref scratch));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The first 128 bits of the pixels' SHA-256.</summary>
    public static UInt128 OfPixels(ReadOnlySpan<byte> pixels)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(pixels, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    /// <summary><see cref="OfPixels"/> of each image.</summary>
    public static IEnumerable<UInt128> OfEach(ImageSet set)
    {
        byte[]? scratch = null;
        for (int i = 0; i < set.Count; i++)
        {
            yield return OfPixels(set.ReadPixels(i, ref scratch));
        }
    }

    private static void AppendInt32(IncrementalHash hash, int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        hash.AppendData(bytes);
    }
}
