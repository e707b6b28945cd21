namespace Cluster.Reproductions.Paddle;

/// <summary>
/// PaddleSlim's search for the largest magnitude of an activation that is kept: shares of a batch's largest |x|, from 0.3 in steps of 0.02
/// while they are at most 1. Added up in floating point, they pass 1 by four of its last places, so that 1 is never tried and 0.98 is the
/// last of the 35. The least loss of any share and any batch decides, so the easiest batch does; of equal ones the later.
/// </summary>
/// <param name="loss">By what a share is judged.</param>
internal sealed class PaddleThreshold(PaddleLoss loss)
{
    private const int Levels = sbyte.MaxValue;
    private const float Smallest = 1e-8f; // in place of 0

    private double _least = double.PositiveInfinity;

    /// <summary>The largest magnitude that is kept so far.</summary>
    public float Value { get; private set; }

    /// <summary>The shares that are tried.</summary>
    public static IEnumerable<double> Shares()
    {
        for (double share = 0.3; share <= 1; share += 0.02)
        {
            yield return share;
        }
    }

    /// <summary>Looks at a batch.</summary>
    /// <param name="values">All of one tensor, in any order; not empty.</param>
    public void Add(ReadOnlySpan<float> values)
    {
        float largest = 0;
        foreach (float value in values)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        largest = largest == 0 ? Smallest : largest;
        foreach (double share in Shares())
        {
            float threshold = (float)(share * largest);
            double found = Loss(values, threshold);
            if (found <= _least)
            {
                (_least, Value) = (found, threshold);
            }
        }
    }

    private double Loss(ReadOnlySpan<float> values, float threshold)
    {
        double error = 0, mean = 0, square = 0, seenMean = 0, seenSquare = 0;
        foreach (float value in values)
        {
            float code = Math.Clamp(MathF.Round(value / threshold * Levels), -Levels - 1, Levels);
            double seen = code * threshold / Levels;
            error += (value - seen) * (value - seen);
            mean += value;
            square += (double)value * value;
            seenMean += seen;
            seenSquare += seen * seen;
        }

        double n = values.Length;
        return loss == PaddleLoss.MeanSquaredError
            ? error / n
            : Math.Abs((mean - seenMean) / n) + Math.Abs(Deviation(mean, square, n) - Deviation(seenMean, seenSquare, n));
    }

    // Of a sample, as paddle.std has it.
    private static double Deviation(double sum, double square, double n) =>
        n < 2 ? 0 : Math.Sqrt(Math.Max(0, (square - (sum * sum / n)) / (n - 1)));
}

/// <summary>By what PaddleSlim judges a clipping threshold.</summary>
internal enum PaddleLoss
{
    /// <summary>mean (x - x^)^2.</summary>
    MeanSquaredError,

    /// <summary>|mean x - mean x^| + |std x - std x^|, which it calls EMD.</summary>
    EarthMover,
}
