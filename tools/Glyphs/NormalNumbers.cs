namespace Cluster.Glyphs;

/// <summary>Initial weights from our own generator: libtorch's sequence is not promised across versions.</summary>
internal static class NormalNumbers
{
    /// <summary>A parameter of independent, nearly normal numbers (sums of twelve uniform ones) with mean 0.</summary>
    public static Parameter Parameter(SplitMix64 random, long[] shape, double deviation) =>
        new(TensorFactory.FromFloats(Draw(random, shape, deviation), shape));

    /// <summary>The numbers alone, row-major.</summary>
    public static float[] Draw(SplitMix64 random, long[] shape, double deviation)
    {
        float[] values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        for (int i = 0; i < values.Length; i++)
        {
            double sum = -6;
            for (int term = 0; term < 12; term++)
            {
                sum += GlyphGenerator.Between(random, 0, 1);
            }

            values[i] = (float)(sum * deviation);
        }

        return values;
    }
}
