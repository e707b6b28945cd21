namespace Cluster.Coordinator.Search;

/// <summary>What a strategy wants: a <see cref="ProposedRound"/> or an end, <see cref="SearchFinished"/>.</summary>
public abstract record SearchStep;
