using Cluster.Coordinator.Questions;
using Cluster.Coordinator.Statistics;

namespace Cluster.Terminal;

/// <summary>A comparison of two plans, A and B, in words.</summary>
public static class ComparisonWords
{
    /// <summary>The answer in two or three words: "B is better", "A trade", "Unclear", "Not compared", "The same plan".</summary>
    public static string Status(PlanComparison comparison) => (comparison.MoreAccurate, comparison.Faster) switch
    {
        _ when IsSame(comparison) => "The same plan",
        (null, null) => "Not compared",
        (null or BetterSide.Unclear, null or BetterSide.Unclear) => "Unclear",
        (null, { } faster) => $"{Letter(faster)} is faster",
        ({ } accurate, null) => $"{Letter(accurate)} is more accurate",
        (BetterSide.Unclear, { } better) => $"{Letter(better)} is better",
        ({ } better, var faster) when faster == better || faster == BetterSide.Unclear => $"{Letter(better)} is better",
        _ => "A trade",
    };

    /// <summary>The answer in a sentence.</summary>
    public static string Sentence(PlanComparison comparison) => IsSame(comparison)
        ? "A and B decide every group alike."
        : comparison is { Faster: (BetterSide.First or BetterSide.Second) and var better } && comparison.MoreAccurate == better
            ? $"{Letter(better)} is faster and more accurate."
            : Capital($"{Speed(comparison.Faster)}; {Accuracy(comparison.MoreAccurate)}.");

    /// <summary>The figures behind it, each with its name: accuracy and speed with their intervals, size.</summary>
    public static IEnumerable<(string What, string Text)> Figures(PlanComparison comparison)
    {
        var scale = comparison.Metric.GetValueOrDefault().Scale();
        if (comparison is { Gain: { } gain, GainCi95: [var low, var high] })
        {
            yield return (
                "Accuracy",
                $"B {scale.Gain(gain)} (95 % interval {scale.GainFigure(low)} to {scale.GainFigure(high)}, image by image): "
                + $"{Accuracy(comparison.MoreAccurate)}.");
        }

        if (comparison is { Speed: { } speed, SpeedCi95: [var least, var most] })
        {
            yield return (
                "Speed",
                $"B is {Terminal.Figures.Ratio(speed)} times as fast as A (95 % interval {Terminal.Figures.Ratio(least)} to "
                + $"{Terminal.Figures.Ratio(most)}): {Speed(comparison.Faster)}.");
        }

        if (comparison is { First.SizeBytes: { } before, Second.SizeBytes: { } after })
        {
            yield return ("Size", $"B has {Terminal.Figures.Bytes(after)}, A has {Terminal.Figures.Bytes(before)}.");
        }
    }

    /// <summary>The level of a side's metric with its unit.</summary>
    public static string Level(PlanComparison comparison, ComparedSide side) => side.Drop is { } drop
        ? MetricFigures.AgainstFloat32(-drop)
        : MetricFigures.Level(
            comparison.Metric.GetValueOrDefault(),
            side.Level ?? (side is { Correct: { } correct, Total: > 0 and var total } ? (double)correct / total : null));

    /// <summary>The decision for a group: "INT8, mse, adaround, bias uncorrected".</summary>
    public static string Decision(GroupDecision decision) =>
        !decision.Format.IsCalibrated
            ? decision.Format.Title
            : $"{decision.Format.Title}, {decision.Calibrator}"
                + (decision.Rounding == GroupDecision.Nearest ? string.Empty : $", {decision.RoundingMethod}")
                + (decision.BiasCorrection ? string.Empty : ", bias uncorrected");

    private static bool IsSame(PlanComparison comparison) => comparison.First.PlanDigest == comparison.Second.PlanDigest;

    private static string Speed(BetterSide? faster) => faster switch
    {
        null => "speeds are not compared",
        BetterSide.Unclear => "the runs do not tell which is faster",
        { } side => $"{Letter(side)} is faster",
    };

    private static string Accuracy(BetterSide? accurate) => accurate switch
    {
        null => "accuracies are not compared",
        BetterSide.Unclear => "these images do not tell which is more accurate",
        { } side => $"{Letter(side)} is more accurate",
    };

    private static string Letter(BetterSide side) => side == BetterSide.First ? "A" : "B";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
