using Cluster.Kernels.Quantization;

namespace Cluster.Bench.Reconstruction;

/// <summary>
/// Range of an activation with the least mean |x - x^|^2.4 over a histogram, searched as in QDrop's observer: 100 widths, and every zero
/// point too if there are numbers on both sides of 0. Of equal ranges the first and larger wins.
/// </summary>
internal static class PowerRange
{
    private const int Widths = 100;

    /// <summary>With more codes than this only the ends are moved: shifting the zero point by one then changes almost nothing.</summary>
    private const int MostZeroPoints = 64;

    /// <param name="counts">Bins of equal width over [low, high].</param>
    /// <param name="levels">Number of codes, from 0.</param>
    public static QuantizationParameters Find(ReadOnlySpan<long> counts, float low, float high, int levels)
    {
        if (low >= 0 || high <= 0 || levels > MostZeroPoints)
        {
            return OneSided(counts, low, high, levels);
        }

        var best = QuantizationParameters.FromRange(low, high, 0, levels - 1);
        double least = double.PositiveInfinity;
        for (int i = Widths; i > 0; i--)
        {
            float scale = Math.Max((high - low) * i / Widths / (levels - 1), QuantizationParameters.SmallestScale);
            for (int zero = 0; zero < levels; zero++)
            {
                Try(new QuantizationParameters(scale, zero, 0, levels - 1), counts, low, high, ref best, ref least);
            }
        }

        return best;
    }

    private static QuantizationParameters OneSided(ReadOnlySpan<long> counts, float low, float high, int levels)
    {
        var best = QuantizationParameters.FromRange(low, high, 0, levels - 1);
        double least = double.PositiveInfinity;
        for (int i = Widths; i > 0; i--)
        {
            float share = (float)i / Widths;
            Try(QuantizationParameters.FromRange(low * share, high * share, 0, levels - 1), counts, low, high, ref best, ref least);
        }

        return best;
    }

    private static void Try(
        QuantizationParameters candidate,
        ReadOnlySpan<long> counts,
        float low,
        float high,
        ref QuantizationParameters best,
        ref double least)
    {
        double error = Error(counts, low, high, candidate, least);
        if (error < least)
        {
            least = error;
            best = candidate;
        }
    }

    private static double Error(ReadOnlySpan<long> counts, float low, float high, in QuantizationParameters p, double enough)
    {
        float width = (high - low) / counts.Length;
        float floor = p.Minimum - p.ZeroPoint;
        float ceiling = p.Maximum - p.ZeroPoint;
        double sum = 0;
        for (int bin = 0; bin < counts.Length && sum < enough; bin++)
        {
            if (counts[bin] > 0)
            {
                float x = low + ((bin + 0.5f) * width);
                sum += counts[bin] * (double)MathF.Pow(
                    Math.Abs(x - (Math.Clamp(MathF.Round(x / p.Scale), floor, ceiling) * p.Scale)), 2.4f);
            }
        }

        return sum;
    }
}
