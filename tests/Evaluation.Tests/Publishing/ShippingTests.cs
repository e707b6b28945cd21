using Cluster.Evaluation.Publishing;

namespace Cluster.Evaluation.Tests.Publishing;

public sealed class ShippingTests
{
    [Theory]
    [InlineData(PixelLayout.Nchw, "x = ((pixels - np.reshape([1, 2, 3], (3, 1, 1))) / 4).astype(\"float32\")")]
    [InlineData(PixelLayout.Nhwc, "x = ((pixels - np.array([1, 2, 3])) / 4).astype(\"float32\")")]
    public void Pixels_EitherLayout_HasTheMeansAlongItsChannels(PixelLayout layout, string expected)
    {
        var preprocess = new Preprocess(PixelColor.Rgb, 1, [1, 2, 3], [4, 4, 4], layout: layout);
        var input = new ValueInfo("x", ElementType.Float, layout == PixelLayout.Nhwc ? [-1, 8, 6, 3] : [-1, 3, 8, 6]);

        // Without resizing no file is named.
        Shipping.Pixels(input, preprocess, names: null!).ShouldStartWith(expected);
    }
}
