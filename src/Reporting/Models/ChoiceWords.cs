using System.Globalization;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Search.Decisions;
using Cluster.Coordinator.Statistics;
using Cluster.Terminal;

namespace Cluster.Reporting.Models;

/// <summary>
/// What the evaluation samples can tell of a winner that was chosen on them, and what they cannot. Three drops are kept apart: the one
/// that was held against the bound, the one to be expected on new samples, and the most that is lost.
/// </summary>
internal static class ChoiceWords
{
    /// <summary>One paragraph, or none where there is no evidence.</summary>
    public static IEnumerable<string> Of(DropEvidence? evidence) => evidence switch
    {
        null => [],
        { Counts: PairedCounts } => [$"{Begun(evidence, "images")} {Points(evidence)}"],
        _ => [$"{Begun(evidence, "samples")} {Others(evidence)}"],
    };

    private static string Begun(DropEvidence evidence, string samples)
    {
        string plans = evidence.Looks == 1
            ? $"It is the only plan that these {samples} were asked about"
            : $"It was chosen among {evidence.Looks} plans by these same {samples}, which flatters it";
        return evidence.Decided is { } decided ? $"{plans}. {Held(evidence, decided)}" : $"{plans}.";
    }

    private static string Held(DropEvidence evidence, double decided)
    {
        string against = $"against the bound of {Drop(evidence, evidence.Bound)} is";
        string drop = Drop(evidence, decided);
        return (evidence.Rule, evidence.IsConfidenceAsked, evidence.Looks) switch
        {
            (_, true, _) => $"What was held {against} the most that it loses with {Level(evidence)} confidence, {drop}.",
            (DecisionRule.Corrected, _, > 1) =>
                $"What was held {against} the measured drop with what the luckiest of them is flattered by on average, {drop} together.",
            _ => $"What was held {against} the measured drop, {drop}.",
        };
    }

    private static string Drop(DropEvidence evidence, double drop) =>
        evidence.Counts is PairedCounts ? $"{Figures.Points(100 * drop)} points" : evidence.Scale.Drop(drop);

    private static string Level(DropEvidence evidence) => string.Create(CultureInfo.InvariantCulture, $"{100 * evidence.Confidence:0.##}%");

    private static string Points(DropEvidence evidence) =>
        $"On new images a loss of {Figures.Points(100 * evidence.Expected)} points is to be expected: the mean of two estimates, of which "
        + $"one finds too much and the other too little.{Beyond(evidence)} With {Level(evidence)} confidence at most "
        + $"{Figures.Points(100 * evidence.AtMost)} points are lost, and the 95% interval is "
        + $"{Figures.Points(100 * evidence.Interval.Low)} to {Figures.Points(100 * evidence.Interval.High)}; both hold whichever of "
        + "the plans was chosen. So many images cannot exclude a loss of less than "
        + $"{Figures.Points(100 * evidence.Resolution)} points.";

    private static string Others(DropEvidence evidence) =>
        $"On new samples {evidence.Scale.Expected(evidence.Expected)} is to be expected: the mean of two estimates, of which one finds too "
        + $"much and the other too little.{Beyond(evidence)} With {Level(evidence)} confidence it is "
        + $"{evidence.Scale.AtMost(evidence.AtMost)}, whichever of the plans was chosen.";

    // The one that puzzles: accepted, and expected to lose more than is accepted.
    private static string Beyond(DropEvidence evidence) => !evidence.IsExpectedBeyondBound
        ? string.Empty
        : " That is more than the bound, which this estimate has no say in: it adds what may be chance to a drop that was measured within "
            + "it. More images bring the two together; --confidence 0.95 accepts only what is shown to keep the bound.";
}
