namespace Cluster.Kernels.Learning.Parallel;

/// <summary>
/// How learning yields the machine to others between two iterations. Who they are, and how it is known, is the caller's
/// affair.
/// </summary>
/// <param name="IsDue">Whether another process is waiting; checked before every iteration.</param>
/// <param name="GiveWay"> Blocks for as long as others need the machine; nothing of the learning runs meanwhile. An
/// exception of it ends the learning as a cancellation does.
/// </param>
public sealed record Yielding(Func<bool> IsDue, Action GiveWay);
