using System.Globalization;

namespace Cluster.Coordinator.Statistics;

/// <summary>A difference of accuracy in words that never call noise a gain or a loss.</summary>
public static class DropWords
{
    private const double Confidence = 0.95;

    /// <summary>
    /// "0.75 points less accurate than FP32", or, where the paired 95 % interval contains 0, "as accurate as FP32 within 1.31 points".
    /// </summary>
    public static string Compare(PairedCounts counts) => Compare(counts.DropInterval(Confidence), counts.Drop);

    /// <summary>The same by an interval that is already adjusted, as fractions.</summary>
    public static string Compare(Interval drop, double estimate) => drop.Low <= 0 && drop.High >= 0
        ? $"as accurate as FP32 within {Points(Math.Max(-drop.Low, drop.High))} points"
        : $"{Points(Math.Abs(estimate))} points {(drop.Low > 0 ? "less" : "more")} accurate than FP32";

    /// <summary>Percentage points with at most two digits.</summary>
    public static string Points(double fraction)
    {
        // Adding 0 makes a negative zero positive.
        var points = Math.Round(100 * fraction, 2) + 0.0;
        return points.ToString("0.##", CultureInfo.InvariantCulture);
    }
}
