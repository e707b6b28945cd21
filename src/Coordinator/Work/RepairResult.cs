namespace Cluster.Coordinator.Work;

/// <summary>What learning roundings before the exploration came to.</summary>
/// <param name="Learned">SHA-256 of the learned weights; null where no layer's loss fell.</param>
/// <param name="Groups">Groups with a layer whose loss fell, in the plan's order; empty where there is none.</param>
/// <param name="Seconds">Wall time of the last attempt.</param>
public sealed record RepairResult(string? Learned, IReadOnlyList<RepairedGroup> Groups, double Seconds = 0) : WorkResult;

/// <summary>What learning did to one group.</summary>
/// <param name="Group">The group.</param>
/// <param name="Before">
/// Mean squared error of its layers' outputs on held-out calibration images, weights rounded to nearest.
/// </param>
/// <param name="After">The same with what was learned; less.</param>
public sealed record RepairedGroup(string Group, double Before, double After);
