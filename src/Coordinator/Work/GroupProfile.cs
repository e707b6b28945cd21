namespace Cluster.Coordinator.Work;

/// <summary>Time of one group's kernels, without the cost of changing precision around it.</summary>
/// <param name="Group">The group.</param>
/// <param name="Float32Ms">Milliseconds a run in FP32.</param>
/// <param name="Int8Ms">Milliseconds a run in 8 bits.</param>
public sealed record GroupProfile(string Group, double Float32Ms, double Int8Ms);
