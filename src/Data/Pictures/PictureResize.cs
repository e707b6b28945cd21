namespace Cluster.Data.Pictures;

/// <summary>
/// Resizes 8-bit pictures to the same bytes as Pillow's <c>Image.resize</c>: along the lines first, then down the columns, rounding to
/// bytes in between.
/// </summary>
internal static class PictureResize
{
    /// <summary>Resizes a picture.</summary>
    /// <param name="pixels">(height, width, channels), row-major.</param>
    /// <returns>(<paramref name="newHeight"/>, <paramref name="newWidth"/>, channels).</returns>
    public static byte[] Apply(byte[] pixels, int height, int width, int newHeight, int newWidth, ResizeFilter filter)
    {
        int channels = pixels.Length / (height * width);
        byte[] wide = newWidth == width ? pixels : Along(pixels, height, width, channels, new ResampleWeights(width, newWidth, filter));
        return newHeight == height ? wide : Down(wide, newWidth * channels, new ResampleWeights(height, newHeight, filter));
    }

    private static byte[] Along(byte[] pixels, int height, int width, int channels, ResampleWeights weights)
    {
        byte[] result = GC.AllocateUninitializedArray<byte>(height * weights.Count * channels);
        for (int x = 0; x < weights.Count; x++)
        {
            var of = weights.Of(x);
            for (int y = 0; y < height; y++)
            {
                int from = ((y * width) + weights.First(x)) * channels;
                int to = ((y * weights.Count) + x) * channels;
                for (int channel = 0; channel < channels; channel++)
                {
                    int sum = 1 << (ResampleWeights.Bits - 1);
                    for (int i = 0; i < of.Length; i++)
                    {
                        sum += pixels[from + (i * channels) + channel] * of[i];
                    }

                    result[to + channel] = Clip(sum);
                }
            }
        }

        return result;
    }

    private static byte[] Down(byte[] pixels, int row, ResampleWeights weights)
    {
        byte[] result = GC.AllocateUninitializedArray<byte>(weights.Count * row);
        int[] sums = new int[row];
        for (int y = 0; y < weights.Count; y++)
        {
            Array.Fill(sums, 1 << (ResampleWeights.Bits - 1));
            var of = weights.Of(y);
            for (int i = 0; i < of.Length; i++)
            {
                var from = pixels.AsSpan((weights.First(y) + i) * row, row);
                for (int x = 0; x < row; x++)
                {
                    sums[x] += from[x] * of[i];
                }
            }

            for (int x = 0; x < row; x++)
            {
                result[(y * row) + x] = Clip(sums[x]);
            }
        }

        return result;
    }

    private static byte Clip(int sum) => (byte)Math.Clamp(sum >> ResampleWeights.Bits, 0, byte.MaxValue);
}
