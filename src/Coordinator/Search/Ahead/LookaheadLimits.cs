namespace Cluster.Coordinator.Search.Ahead;

/// <summary>How far a search looks ahead.</summary>
/// <param name="Items">Items that it names at most.</param>
/// <param name="Ways">Ways things may go that it asks about at most: each costs as much as all decisions so far.</param>
/// <param name="Rounds">Rounds after the one at work.</param>
internal sealed record LookaheadLimits(int Items = 48, int Ways = 16, int Rounds = 3);
