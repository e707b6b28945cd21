namespace Cluster.Coordinator.Search.Speculation;

/// <summary>Limits for predicting work.</summary>
/// <param name="Items">The most predicted items.</param>
/// <param name="Ways">The most possible outcomes to examine: each costs as much as all decisions so far.</param>
/// <param name="Rounds">Rounds after the current one.</param>
internal sealed record LookaheadLimits(int Items = 48, int Ways = 16, int Rounds = 3);
