namespace Cluster.Coordinator.Work;

/// <summary>Sensitivity of every group.</summary>
/// <param name="Groups">One per group, in the space's order.</param>
/// <param name="Seconds">Wall time of the sweep.</param>
public sealed record SensitivityResult(IReadOnlyList<GroupSensitivity> Groups, double Seconds = 0) : WorkResult;
