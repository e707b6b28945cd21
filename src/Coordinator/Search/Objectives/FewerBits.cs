namespace Cluster.Coordinator.Search.Objectives;

/// <summary>Weights in fewer bits than INT8's, for budgets of size or bit operations that INT8 cannot meet.</summary>
public static class FewerBits
{
    /// <summary>Weights in 4 bits, activations as in INT8: half the weights, half the bit operations.</summary>
    public static GroupFormat Format { get; } = GroupFormat.Integer(4, 8);

    /// <summary>
    /// Why a job needs it besides its own formats, in a sentence; null if those may be enough, or if it would not be enough either. Known
    /// before any work, so by weights and bit operations alone.
    /// </summary>
    public static string? WhyNeeded(JobSpec spec, SearchSpace space) =>
        BudgetCheck.TooMuch(new SearchFacts(spec, space)) is (var found, IsInReachOfFewerBits: true)
            ? $"{found} in {Words(space.Catalog)}: groups may also get weights in 4 bits ({Format}), and roundings of that plan are learned "
            + "after the search."
            : null;

    /// <summary>Whether it could meet a budget that is this share of the least without it.</summary>
    internal static bool MayReach(SearchFacts facts, double share) =>
        share >= 0.5 && facts.Formats.All.All(format => format.Weights.Bits >= GroupFormat.Int8.Weights.Bits);

    /// <summary>"weights in 4 bits by --formats int8,w4a8".</summary>
    internal static string Option(SearchFacts facts) =>
        $"weights in 4 bits by {JobLimits.Formats.Name} {facts.Formats.First},{Format} where the target has them";

    private static string Words(FormatCatalog formats) => string.Join(", ", formats.All.Skip(1).Select(format => format.Text));
}
