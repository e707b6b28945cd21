namespace Cluster.Coordinator.Statistics;

/// <summary>A closed interval.</summary>
/// <param name="Low">Its lower end.</param>
/// <param name="High">Its upper end.</param>
public sealed record Interval(double Low, double High);

/// <summary>
/// Wilson's score interval of a proportion: holds its level for few images and near 0 and 1, where the textbook
/// interval does not.
/// </summary>
public static class WilsonInterval
{
    /// <summary>The interval of correct / total, as fractions.</summary>
    /// <param name="correct">Successes, 0 to <paramref name="total"/>.</param>
    /// <param name="total">Trials, at least 1.</param>
    /// <param name="confidence">Two-sided confidence, in (0, 1).</param>
    public static Interval Of(int correct, int total, double confidence = 0.95)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(total, 1);
        var z = Normal.Quantile((1 + confidence) / 2);
        double n = total;
        var p = correct / n;
        var centre = (p + (z * z / (2 * n))) / (1 + (z * z / n));
        var half = z * Math.Sqrt((p * (1 - p) / n) + (z * z / (4 * n * n))) / (1 + (z * z / n));

        // At the ends the exact value is 0 or 1; rounding gives almost that.
        return new Interval(correct == 0 ? 0 : centre - half, correct == total ? 1 : centre + half);
    }
}
