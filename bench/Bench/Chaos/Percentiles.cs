using System.Globalization;

namespace Cluster.Bench.Chaos;

/// <summary>Shares of a sample, by the nearest rank.</summary>
internal static class Percentiles
{
    /// <summary>A share in seconds with two digits, or "-" of an empty sample.</summary>
    public static string Text(IReadOnlyCollection<double> sample, double share) =>
        sample.Count == 0 ? "-" : Of(sample, share).ToString("0.00", CultureInfo.InvariantCulture);

    public static double Of(IReadOnlyCollection<double> sample, double share)
    {
        var sorted = sample.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }
}
