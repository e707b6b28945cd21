namespace Cluster.Coordinator.Search.Speculation;

/// <summary>One possible outcome of a round.</summary>
/// <param name="Likelihood">From 0 to 1, a rough estimate.</param>
/// <param name="Results">The results of the round's items, in order.</param>
internal sealed record RoundGuess(double Likelihood, IReadOnlyList<WorkResult> Results);
