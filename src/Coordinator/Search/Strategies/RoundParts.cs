namespace Cluster.Coordinator.Search.Strategies;

/// <summary>Rounds in parts, each of which is decided on from the results of those before it.</summary>
internal static class RoundParts
{
    /// <summary>The rounds of all parts, one part after another.</summary>
    public static IEnumerable<ProposedRound> InTurn(this IEnumerable<IEnumerable<ProposedRound>> parts) => parts.SelectMany(part => part);
}
