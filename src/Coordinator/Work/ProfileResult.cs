namespace Cluster.Coordinator.Work;

/// <summary>Where the time goes, per group and per edge, in FP32 and in 8 bits.</summary>
/// <param name="PlanDigest">The all-8-bit plan that was profiled.</param>
/// <param name="Groups">One per group, in the space's order.</param>
/// <param name="Edges">One per edge of the space, in its order.</param>
/// <param name="Float32TotalMs">Whole FP32 network, milliseconds a run, profiled.</param>
/// <param name="Int8TotalMs">Whole 8-bit network, milliseconds a run, profiled.</param>
public sealed record ProfileResult(
    string PlanDigest,
    IReadOnlyList<GroupProfile> Groups,
    IReadOnlyList<EdgeProfile> Edges,
    double Float32TotalMs,
    double Int8TotalMs) : WorkResult;
