namespace Cluster.Coordinator.Work;

/// <summary>The result of learning roundings before the exploration.</summary>
/// <param name="Learned">SHA-256 of the learned weights; null if no layer's loss fell.</param>
/// <param name="Groups">Groups with a layer whose loss fell, in the plan's order; empty if there are none.</param>
/// <param name="Seconds">Wall time of the last attempt.</param>
public sealed record RepairResult(string? Learned, IReadOnlyList<RepairedGroup> Groups, double Seconds = 0) : WorkResult;

/// <summary>The effect of learning on one group.</summary>
/// <param name="Group">The group.</param>
/// <param name="Before">
/// Mean squared error of its layers' outputs on held-out calibration images, weights rounded to nearest.
/// </param>
/// <param name="After">The same with the learned roundings; less.</param>
public sealed record RepairedGroup(string Group, double Before, double After);
