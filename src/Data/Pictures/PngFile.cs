using SkiaSharp;

namespace Cluster.Data.Pictures;

/// <summary>Encodes pixels as PNG files, for people to look at.</summary>
internal static class PngFile
{
    private const int BytesPerPixel = 4;

    /// <summary>Encodes planar pixels, (channels, height, width), of 1 channel (grey) or 3 (R, G, B).</summary>
    public static byte[] Encode(ReadOnlySpan<byte> planar, int channels, int height, int width)
    {
        int area = height * width;
        byte[] pixels = new byte[area * BytesPerPixel];
        for (int i = 0; i < area; i++)
        {
            for (int channel = 0; channel < 3; channel++)
            {
                pixels[(i * BytesPerPixel) + channel] = planar[(Math.Min(channel, channels - 1) * area) + i];
            }

            pixels[(i * BytesPerPixel) + 3] = byte.MaxValue;
        }

        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        Marshal.Copy(pixels, 0, bitmap.GetPixels(), pixels.Length);
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        return data.ToArray();
    }
}
