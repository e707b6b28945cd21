namespace Cluster.Learning.Parallel;

/// <summary>How learning yields the machine to other processes between two iterations. The caller defines which ones.</summary>
/// <param name="IsDue">Whether another process is waiting; checked before every iteration.</param>
/// <param name="GiveWay">Blocks while others need the machine; no part of the learning runs meanwhile. An exception from it ends the
/// learning like a cancellation.</param>
public sealed record Yielding(Func<bool> IsDue, Action GiveWay);
