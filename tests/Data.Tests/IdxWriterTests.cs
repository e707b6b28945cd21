using Cluster.Glyphs;

namespace Cluster.Data.Tests;

public sealed class IdxWriterTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_GreyImagesAndLabels_GivesTheFormatsBytes()
    {
        IdxWriter.WriteImages(_folder["i"], Samples.IdxImages.AsSpan(16), channels: 1, height: 2, width: 3, gzip: false);
        IdxWriter.WriteLabels(_folder["l"], [7, 2], gzip: false);

        File.ReadAllBytes(_folder["i"]).ShouldBe(Samples.IdxImages);
        File.ReadAllBytes(_folder["l"]).ShouldBe(Samples.IdxLabels);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Write_ColourImages_ReadBack(bool gzip)
    {
        byte[] pixels = [.. Enumerable.Range(0, 2 * 3 * 2 * 5).Select(i => (byte)(i * 3))]; // (2,3,2,5)
        IdxWriter.WriteImages(_folder["x-images-idx4-ubyte"], pixels, channels: 3, height: 2, width: 5, gzip);
        IdxWriter.WriteLabels(_folder["x-labels-idx1-ubyte"], [1, 0], gzip);

        ImageSet set = Samples.Open(_folder, "idx:x-images-idx4-ubyte");

        (set.Count, set.Channels, set.Height, set.Width).ShouldBe((2, 3, 2, 5));
        set.ReadPixels(0).ToArray().ShouldBe(pixels[..30]);
        set.ReadPixels(1).ToArray().ShouldBe(pixels[30..]);
        Samples.Labels(set).ShouldBe([1, 0]);
        (File.ReadAllBytes(_folder["x-images-idx4-ubyte"])[0] == 0x1f).ShouldBe(gzip);
    }

    [Fact]
    public void WriteImages_PartOfAnImage_IsRefused() =>
        Should.Throw<KernelException>(() => IdxWriter.WriteImages(_folder["i"], new byte[7], 1, 2, 3, gzip: false))
            .Message.ShouldContain("7 pixel bytes are not a whole number of 1x2x3 images");
}
