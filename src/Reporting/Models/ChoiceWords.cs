using Cluster.Coordinator.Search.Decisions;

namespace Cluster.Reporting.Models;

/// <summary>How often the rule that chose a winner is wrong on the job's own answers.</summary>
internal static class ChoiceWords
{
    /// <summary>One sentence, or none if that is not known.</summary>
    public static IEnumerable<string> Of(DropEvidence? evidence) => evidence?.WrongAcceptance is { } wrong
        ? [$"On random halves of these answers the rule accepts a plan that loses more than the bound in {100 * wrong:0.#} % of the cases."]
        : [];
}
