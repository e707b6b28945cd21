using Cluster.Coordinator.Search.Decisions;
using Cluster.Coordinator.Statistics;

namespace Cluster.Reporting.Models;

/// <summary>
/// What the evaluation samples show about a winner that was chosen on them, and what they cannot show: its expected loss, its largest loss,
/// and the drop that was compared with the bound.
/// </summary>
internal static class ChoiceWords
{
    /// <summary>One paragraph, or none if there is no evidence.</summary>
    public static IEnumerable<string> Of(DropEvidence? evidence) =>
        evidence is null ? [] : [$"{Expected(evidence)}{Held(evidence)}{Wrong(evidence)}{Resolution(evidence)}"];

    private static string Expected(DropEvidence evidence)
    {
        string expected = $"{evidence.Scale.Expected(evidence.Expected)} is expected on new {Samples(evidence)} ({Level(evidence)}: "
            + $"{evidence.Scale.AtMost(evidence.AtMost)}).";
        return evidence.Looks == 1
            ? $"{char.ToUpperInvariant(expected[0])}{expected[1..]}"
            : $"By its answers{(evidence.HasWitness ? " and its divergence from FP32" : string.Empty)}, and those of "
                + $"{evidence.Looks - 1} other "
                + $"{(evidence.Looks == 2 ? "plan" : "plans")}, {expected}";
    }

    private static string Held(DropEvidence evidence)
    {
        if (evidence.Decided is not { } decided)
        {
            return string.Empty;
        }

        string drop = evidence.Scale.Drop(decided);
        string held = $"was held against the bound of {evidence.Scale.Drop(evidence.Bound)}.";
        return evidence.IsConfidenceAsked
            ? $" What it loses at most, {drop}, {held}"
            : $" With what chance may hide, {drop}, it {held}";
    }

    private static string Wrong(DropEvidence evidence) => evidence.WrongAcceptance is not { } wrong
        ? string.Empty
        : $" On random halves of these answers the rule accepts a plan that loses more than the bound in {100 * wrong:0.#} % of the cases.";

    private static string Resolution(DropEvidence evidence) => evidence.Counts is PairedCounts
        ? $" {evidence.Counts.Total} images cannot exclude a loss of less than {evidence.Scale.Drop(evidence.Resolution)}."
        : string.Empty;

    private static string Samples(DropEvidence evidence) => evidence.Counts is PairedCounts ? "images" : "samples";

    private static string Level(DropEvidence evidence) => $"{100 * evidence.Confidence:0.##}%";
}
