namespace Cluster.Networks.Preprocessing;

/// <summary>Turns a network's floats back into the pixels that they were made of, for files that take those (ADR 58).</summary>
/// <param name="preprocess">How the floats were made.</param>
/// <param name="channels">What a file takes: "RGBA", with an alpha of 255, or "RGB".</param>
public sealed class PixelFeed(Preprocess preprocess, string channels)
{
    // Other programs compute (pixel * scale - mean) / std in float32, whose error is far below that of any other pixel.
    private const double Tolerance = 0.01;
    private const byte Opaque = 255;

    /// <summary>That of a file by its metadata; null: it takes no pixels.</summary>
    public static PixelFeed? Of(IReadOnlyDictionary<string, string> metadata) =>
        metadata.TryGetValue(PixelInput.Metadata, out string? channels)
        && metadata.TryGetValue(PixelInput.PreprocessMetadata, out string? preprocess)
            ? new PixelFeed(PreprocessJson.Parse(preprocess, PixelInput.PreprocessMetadata), channels)
            : null;

    /// <summary>The pixels, uint8 (N, height, width, channels).</summary>
    /// <param name="floats">As the network takes them, (N, 3, height, width), or channels last by the preprocessing.</param>
    /// <exception cref="KernelException">A number was made of no pixel; the message says which.</exception>
    public TensorData Pixels(TensorData floats)
    {
        bool isLast = preprocess.Layout == PixelLayout.Nhwc;
        if (floats is not { Type: ElementType.Float, Shape: [var samples, var first, var second, var third] }
            || (isLast ? third : first) != preprocess.Channels)
        {
            throw new KernelException(
                $"Pixels were asked of a {floats.Type} tensor of shape [{string.Join(',', floats.Shape)}]; expected floats of "
                + $"{preprocess.Channels} channels, {(isLast ? "which come last" : "which come before height and width")}.");
        }

        long area = isLast ? first * second : second * third;
        var values = floats.As<float>();
        byte[] pixels = new byte[samples * area * channels.Length];
        pixels.AsSpan().Fill(Opaque);
        for (int channel = 0; channel < preprocess.Channels; channel++)
        {
            int to = preprocess.Color == PixelColor.Bgr ? preprocess.Channels - 1 - channel : channel;
            var (scale, mean, std) = (preprocess.Scale, preprocess.Mean[channel], preprocess.Std[channel]);
            for (long at = 0; at < samples * area; at++)
            {
                long from = isLast
                    ? (at * preprocess.Channels) + channel
                    : ((((at / area) * preprocess.Channels) + channel) * area) + (at % area);
                double exact = ((values[(int)from] * std) + mean) / scale;
                double pixel = Math.Round(exact);
                if (!(pixel is >= 0 and <= 255 && Math.Abs(exact - pixel) <= Tolerance))
                {
                    throw new KernelException(
                        $"The input holds {values[(int)from]} in channel {channel}, which by the preprocessing is the pixel {exact:G6}; "
                        + "expected whole pixels from 0 to 255: give the preprocessing that the data were made with, or files that take "
                        + "floats.");
                }

                pixels[(at * channels.Length) + to] = (byte)pixel;
            }
        }

        return TensorData.FromUInt8(
            isLast ? [samples, first, second, channels.Length] : [samples, second, third, channels.Length], pixels);
    }
}
