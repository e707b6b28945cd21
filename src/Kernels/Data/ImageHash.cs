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
        hash.AppendInt32(set.Count);
        hash.AppendInt32(set.Channels);
        hash.AppendInt32(set.Height);
        hash.AppendInt32(set.Width);
        hash.AppendInt32(set.HasLabels ? 1 : 0);
        byte[]? scratch = null;
        for (int i = 0; i < set.Count; i++)
        {
            if (set.HasLabels)
            {
                hash.AppendInt32(set.Label(i));
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
        return ContentHash.Shortened(hash);
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
}
