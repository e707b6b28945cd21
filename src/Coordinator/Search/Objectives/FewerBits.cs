namespace Cluster.Coordinator.Search.Objectives;

/// <summary>Weights in fewer bits than INT8's, for budgets of size or bit operations that INT8 cannot meet.</summary>
public static class FewerBits
{
    /// <summary>
    /// Weights in 4 bits, activations in 8, half the weights and the bit operations: for any layer, and in blocks for products by constant
    /// weights, which are more accurate and of which nothing is learned.
    /// </summary>
    public static IReadOnlyList<GroupFormat> Formats { get; } = [GroupFormat.Integer(4, 8), GroupFormat.Int4Block];

    /// <summary>
    /// Why a job needs them besides its own formats, in a sentence; null if those may be enough, or if it would not be enough either. Known
    /// before any work, so by weights and bit operations alone.
    /// </summary>
    /// <param name="more">Those of <see cref="Formats"/> that the target has and most of the network's weights take.</param>
    public static string? WhyNeeded(JobSpec spec, SearchSpace space, IReadOnlyList<GroupFormat> more) =>
        BudgetCheck.TooMuch(new SearchFacts(spec, space)) is (var found, IsInReachOfFewerBits: true)
            ? $"{found} in {Words(space.Catalog.All.Skip(1))}: groups may also get weights in 4 bits ({Words(more)}), and what they lose "
            + "is learned after the search where that can be."
            : null;

    /// <summary>Whether it could meet a budget that is this share of the least without it.</summary>
    internal static bool MayReach(SearchFacts facts, double share) =>
        share >= 0.5 && facts.Formats.All.All(format => format.Weights.Bits >= GroupFormat.Int8.Weights.Bits);

    /// <summary>"weights in 4 bits by --formats int8,w4a8".</summary>
    internal static string Option(SearchFacts facts) =>
        $"weights in 4 bits by {JobLimits.Formats.Name} {facts.Formats.First},{Formats[0]} where the target has them";

    private static string Words(IEnumerable<GroupFormat> formats) => string.Join(", ", formats.Select(format => format.Text));
}
