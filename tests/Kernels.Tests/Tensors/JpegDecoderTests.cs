using System.IO.Compression;
using Cluster.Kernels.Tensors;
using Cluster.Tests;

namespace Cluster.Kernels.Tests.Tensors;

public sealed class JpegDecoderTests
{
    [Fact]
    public void Decode_ImagenetSample_GivesTheReferenceBytes()
    {
        string folder = Path.GetDirectoryName(SharedData.Require("imagenet-sample/raw64.u8.bin.gz"))!;
        int[] labels = [.. File.ReadAllText(Path.Combine(folder, "raw64.labels.txt"))
            .Split(default(char[]), StringSplitOptions.RemoveEmptyEntries)
            .Select(int.Parse)];
        using var expected = new GZipStream(File.OpenRead(Path.Combine(folder, "raw64.u8.bin.gz")), CompressionMode.Decompress);
        byte[] image = new byte[224 * 224 * 3];

        labels.Length.ShouldBe(64);
        foreach (int label in labels)
        {
            expected.ReadExactly(image);
            string file = Directory.GetFiles(Path.Combine(folder, "jpeg224"), $"{label:D4}_*.jpg").ShouldHaveSingleItem();

            (int width, int height, byte[] rgb) = JpegDecoder.Decode(File.ReadAllBytes(file), file);

            (width, height).ShouldBe((224, 224));
            rgb.AsSpan().SequenceEqual(image).ShouldBeTrue(file);
        }
    }

    [Fact]
    public void Decode_NotAJpeg_NamesTheFile()
    {
        Should.Throw<KernelException>(() => JpegDecoder.Decode("not a picture"u8, "cat.jpg"))
            .Message.ShouldStartWith("cat.jpg cannot be read");
    }

    [Fact]
    public void Decode_Truncated_IsRefused()
    {
        string folder = Path.GetDirectoryName(SharedData.Require("imagenet-sample/raw64.u8.bin.gz"))!;
        byte[] whole = File.ReadAllBytes(Directory.GetFiles(Path.Combine(folder, "jpeg224"), "0000_*.jpg")[0]);

        Should.Throw<KernelException>(() => JpegDecoder.Decode(whole.AsSpan(0, whole.Length / 2), "half.jpg"))
            .Message.ShouldContain("Premature end");
    }
}
