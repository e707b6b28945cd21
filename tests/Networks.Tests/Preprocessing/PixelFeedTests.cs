namespace Cluster.Networks.Tests.Preprocessing;

/// <summary>Floats are turned back into the pixels that they were made of.</summary>
public sealed class PixelFeedTests
{
    [Theory]
    [InlineData(PixelColor.Rgb, PixelLayout.Nchw, "RGBA")]
    [InlineData(PixelColor.Bgr, PixelLayout.Nchw, "RGB")]
    [InlineData(PixelColor.Rgb, PixelLayout.Nhwc, "RGB")]
    [InlineData(PixelColor.Bgr, PixelLayout.Nhwc, "RGBA")]
    public void Pixels_OfEveryValue_AreThoseOfThePicture(PixelColor color, PixelLayout layout, string channels)
    {
        var preprocess = new Preprocess(color, 1 / 255.0, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225], layout: layout);
        byte[] planes = [.. Enumerable.Range(0, 3 * 256).Select(at => (byte)((at % 256) ^ (at / 256 * 37)))];
        float[] floats = new float[planes.Length];
        preprocess.Apply(planes, floats);

        var pixels = new PixelFeed(preprocess, channels).Pixels(
            TensorData.FromFloats(layout == PixelLayout.Nhwc ? [1, 16, 16, 3] : [1, 3, 16, 16], floats));

        pixels.Shape.ShouldBe([1, 16, 16, channels.Length]);
        pixels.As<byte>().ToArray().ShouldBe(Enumerable.Range(0, 256).SelectMany(place => Enumerable.Range(0, channels.Length)
            .Select(channel => channel == 3 ? (byte)255 : planes[(256 * channel) + place])));
    }

    [Theory]
    [InlineData(0.5f, "The input holds 0.5 in channel 1, which by the preprocessing is the pixel 100.5; expected whole pixels from 0")]
    [InlineData(2.5f, "is the pixel 300; expected whole pixels from 0 to 255")]
    [InlineData(float.NaN, "is the pixel NaN;")]
    public void Pixels_OfANumberThatIsNone_AreRefused(float value, string expected)
    {
        // The pixel is 99.75 x + 50.625.
        var feed = new PixelFeed(new Preprocess(PixelColor.Rgb, 1, [0, 50.625, 0], [1, 99.75, 1]), "RGBA");

        string refusal = Should.Throw<KernelException>(() => feed.Pixels(TensorData.FromFloats([1, 3, 1, 1], [7, value, 9]))).Message;

        refusal.ShouldContain(expected);
    }

    [Fact]
    public void Of_MetadataOfOtherFiles_IsNone() =>
        PixelFeed.Of(new Dictionary<string, string> { ["cluster.form"] = "fast" }).ShouldBeNull();
}
