using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Search.Ahead;

/// <summary>One way a round may end.</summary>
/// <param name="Likelihood">From 0 to 1, as good as a rule of thumb.</param>
/// <param name="Results">Of the round's items, in order.</param>
internal sealed record RoundGuess(double Likelihood, IReadOnlyList<WorkResult> Results);
