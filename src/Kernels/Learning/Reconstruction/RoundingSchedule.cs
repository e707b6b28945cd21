namespace Cluster.Kernels.Learning.Reconstruction;

/// <summary>Schedules of the loop; iterations count from 1 as in the published code.</summary>
internal static class RoundingSchedule
{
    /// <summary>Whether the round loss is active: not before the end of the warm-up.</summary>
    public static bool IsRegularized(int iteration, ReconstructionOptions options) => iteration >= options.Iterations * options.WarmUp;

    /// <summary>
    /// Exponent of the round loss: the first value up to the warm-up's end, then linear down to the last.
    /// </summary>
    public static double Beta(int iteration, ReconstructionOptions options)
    {
        double start = options.Iterations * options.WarmUp;
        if (iteration < start)
        {
            return options.FirstBeta;
        }

        double done = Math.Min(1, (iteration - start) / (options.Iterations - start));
        return options.LastBeta + ((options.FirstBeta - options.LastBeta) * (1 - done));
    }

    /// <summary>Half a cosine from <paramref name="rate"/> to 0 over all iterations.</summary>
    public static double Cosine(double rate, int iteration, int iterations) =>
        rate * (1 + Math.Cos(Math.PI * (iteration - 1) / iterations)) / 2;
}
