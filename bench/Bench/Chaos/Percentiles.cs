namespace Cluster.Bench.Chaos;

/// <summary>Shares of a sample, by the nearest rank.</summary>
internal static class Percentiles
{
    public static double Of(IReadOnlyCollection<double> sample, double share)
    {
        var sorted = sample.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }
}
