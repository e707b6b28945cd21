namespace Cluster.Glyphs.Untrained;

/// <summary>Images of plane waves on a colour, different enough that a network of random weights tells them apart.</summary>
internal static class UntrainedImages
{
    private const int Waves = 3;

    /// <summary>Planar bytes of one image, (channels, side, side).</summary>
    public static byte[] Draw(SplitMix64 random, int channels, int side)
    {
        byte[] pixels = new byte[channels * side * side];
        for (int channel = 0; channel < channels; channel++)
        {
            double colour = 48 + (160 * Unit(random));
            var waves = Enumerable.Range(0, Waves).Select(_ => (
                Height: 20 * Unit(random),
                X: Math.Tau * 8 * (Unit(random) - 0.5) / side,
                Y: Math.Tau * 8 * (Unit(random) - 0.5) / side,
                Phase: Math.Tau * Unit(random))).ToArray();
            for (int i = 0; i < side * side; i++)
            {
                double value = colour;
                foreach (var wave in waves)
                {
                    value += wave.Height * Math.Sin((wave.X * (i % side)) + (wave.Y * (i / side)) + wave.Phase);
                }

                pixels[(channel * side * side) + i] = (byte)Math.Clamp(Math.Round(value), 0, 255);
            }
        }

        return pixels;
    }

    private static double Unit(SplitMix64 random) => (random.Next() >> 11) / (double)(1UL << 53);
}
