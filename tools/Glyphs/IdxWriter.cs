using System.Buffers.Binary;
using System.IO.Compression;
using Cluster.Data;
using Cluster.Networks;

namespace Cluster.Glyphs;

/// <summary>Writes uint8 images and labels as IDX files, for generated samples and tests.</summary>
public static class IdxWriter
{
    /// <summary>Writes an image file, compressed if <paramref name="gzip"/>.</summary>
    /// <param name="pixels">Planar, (N,C,H,W); one channel is written with MNIST's three dimensions, three channels
    /// with four.</param>
    /// <exception cref="KernelException">The number of pixels is not a multiple of C x H x W.</exception>
    public static void WriteImages(string path, ReadOnlySpan<byte> pixels, int channels, int height, int width, bool gzip)
    {
        int imageBytes = checked(channels * height * width);
        if (channels is not (1 or 3) || imageBytes <= 0 || pixels.Length % imageBytes != 0)
        {
            throw new KernelException(
                $"{pixels.Length} pixel bytes are not a whole number of {channels}x{height}x{width} images; give N x C x H x W "
                + "bytes with 1 or 3 channels.");
        }

        int count = pixels.Length / imageBytes;
        Write(path, pixels, gzip, channels == 1 ? [count, height, width] : [count, channels, height, width]);
    }

    /// <summary>Writes a label file, compressed if <paramref name="gzip"/>.</summary>
    /// <param name="labels">Class indices, one for each image.</param>
    public static void WriteLabels(string path, ReadOnlySpan<byte> labels, bool gzip) => Write(path, labels, gzip, [labels.Length]);

    private static void Write(string path, ReadOnlySpan<byte> elements, bool gzip, int[] sizes)
    {
        byte[] header = new byte[IdxFormat.HeaderBytes(sizes.Length)];
        header[2] = IdxFormat.UInt8;
        header[3] = (byte)sizes.Length;
        for (int i = 0; i < sizes.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * i)), sizes[i]);
        }

        using FileStream file = File.Create(path);
        using Stream stream = gzip ? new GZipStream(file, CompressionLevel.Optimal) : file;
        stream.Write(header);
        stream.Write(elements);
    }
}
