namespace Cluster.Kernels.Learning.Reconstruction;

/// <summary>Schedules of the loop; iterations count from 1 as in the published code.</summary>
internal static class RoundingSchedule
{
    /// <summary>Weight of the round loss.</summary>
    public const double Lambda = 0.01;

    /// <summary>Share of the iterations before the round loss begins.</summary>
    public const double WarmUp = 0.2;

    /// <summary>Exponent of the round loss after the warm-up, falling linearly to <see cref="LastBeta"/>.</summary>
    public const double FirstBeta = 20;

    /// <summary>Exponent of the round loss in the last iteration.</summary>
    public const double LastBeta = 2;

    /// <summary>Whether the round loss is active: not before the end of the warm-up.</summary>
    public static bool IsRegularized(int iteration, int iterations) => iteration >= iterations * WarmUp;

    /// <summary>
    /// Exponent of the round loss: the first value up to the warm-up's end, then linear down to the last.
    /// </summary>
    public static double Beta(int iteration, int iterations)
    {
        double start = iterations * WarmUp;
        if (iteration < start)
        {
            return FirstBeta;
        }

        double done = Math.Min(1, (iteration - start) / (iterations - start));
        return LastBeta + ((FirstBeta - LastBeta) * (1 - done));
    }

    /// <summary>Half a cosine from <paramref name="rate"/> to 0 over all iterations.</summary>
    public static double Cosine(double rate, int iteration, int iterations) =>
        rate * (1 + Math.Cos(Math.PI * (iteration - 1) / iterations)) / 2;
}
