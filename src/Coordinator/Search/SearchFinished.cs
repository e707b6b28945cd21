using Cluster.Coordinator.Journal;

namespace Cluster.Coordinator.Search;

/// <summary>The search is over.</summary>
/// <param name="Selection">The winner and why it won.</param>
public sealed record SearchFinished(WinnerSelected Selection) : SearchStep;
