using SkiaSharp;

namespace Cluster.Tests;

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

    /// <summary>A PNG file of interleaved pixels, RGB or grey.</summary>
    public static byte[] Png(int width, int height, IEnumerable<byte> pixels)
    {
        byte[] given = [.. pixels];
        bool isGrey = given.Length == width * height;
        using var bitmap = new SKBitmap(new SKImageInfo(
            width, height, isGrey ? SKColorType.Gray8 : SKColorType.Rgba8888, SKAlphaType.Opaque));
        byte[] stored = isGrey ? given : [.. given.Chunk(3).SelectMany(pixel => pixel.Append(byte.MaxValue))];
        stored.CopyTo(bitmap.GetPixelSpan());
        using var file = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        return file.ToArray();
    }

    /// <summary>A 2 x 1 (width x height) picture whose pixels are (v, v+1, v+2) and (v+3, v+4, v+5).</summary>
    public static byte[] Picture(int v) => Png(2, 1, Enumerable.Range(v, 6).Select(value => (byte)value));

    public static DataReadOptions Options(string currentDirectory, long maximumBytes = DataReadOptions.DefaultMaximumBytes) =>
        new(currentDirectory, Workers: 2, maximumBytes);

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

    public static int[] Labels(SampleSet set) => [.. Enumerable.Range(0, set.Count).Select(set.Label)];
}
