using System.IO.Compression;
using Cluster.Kernels.Data;
using Cluster.Tests;

namespace Cluster.Kernels.Tests.Data;

/// <summary>Small files written byte by byte, independently of the code under test.</summary>
internal static class Samples
{
    /// <summary>Two grey images of 2 x 3 pixels: 0..5 and 10..15.</summary>
    public static readonly byte[] IdxImages =
        [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, 0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15];

    /// <summary>Labels 7 and 2.</summary>
    public static readonly byte[] IdxLabels = [0, 0, 8, 1, 0, 0, 0, 2, 7, 2];

    /// <summary>CIFAR-10 records: record i has label i % 10 and pixel j equal to (i + j) % 256.</summary>
    public static byte[] Cifar(int records)
    {
        byte[] bytes = new byte[records * 3073];
        for (int i = 0; i < records; i++)
        {
            bytes[i * 3073] = (byte)(i % 10);
            for (int j = 0; j < 3072; j++)
            {
                bytes[(i * 3073) + 1 + j] = (byte)(i + j);
            }
        }

        return bytes;
    }

    /// <summary>
    /// A stand-in for the JPEG decoder: the "file" holds width and height, then interleaved RGB.
    /// </summary>
    public static (int Width, int Height, byte[] Rgb) FakeDecode(ReadOnlyMemory<byte> file, string name) =>
        (file.Span[0], file.Span[1], file[2..].ToArray());

    /// <summary>A 2 x 1 (width x height) "JPEG" whose pixels are (v, v+1, v+2) and (v+3, v+4, v+5).</summary>
    public static byte[] FakeJpeg(int v) => [2, 1, (byte)v, (byte)(v + 1), (byte)(v + 2), (byte)(v + 3), (byte)(v + 4), (byte)(v + 5)];

    public static DataReadOptions Options(string currentDirectory, long maximumBytes = DataReadOptions.DefaultMaximumBytes) =>
        new(currentDirectory, Workers: 2, FakeDecode, maximumBytes);

    public static ImageSet Open(WorkFolder folder, string spec) => DataSource.Open(DataSource.Parse(spec), Options(folder.Root));

    public static string Error(WorkFolder folder, string spec) => Should.Throw<KernelException>(() => Open(folder, spec)).Message;

    public static byte[] Gzip(byte[] content)
    {
        using MemoryStream compressed = new();
        using (GZipStream stream = new(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(content);
        }

        return compressed.ToArray();
    }

    public static int[] Labels(ImageSet set) => [.. Enumerable.Range(0, set.Count).Select(set.Label)];
}
