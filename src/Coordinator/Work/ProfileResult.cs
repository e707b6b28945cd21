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

/// <summary>Time of one group's kernels, without the cost of changing precision around it.</summary>
/// <param name="Group">The group.</param>
/// <param name="Float32Ms">Milliseconds a run in FP32.</param>
/// <param name="Int8Ms">Milliseconds a run in 8 bits.</param>
public sealed record GroupProfile(string Group, double Float32Ms, double Int8Ms);

/// <summary>What it costs to change precision on one edge.</summary>
/// <param name="From">As in <see cref="Model.GroupEdge"/>.</param>
/// <param name="To">As in <see cref="Model.GroupEdge"/>.</param>
/// <param name="Tensor">The tensor's name.</param>
/// <param name="QuantizeMs">Milliseconds a run from FP32 to 8 bits.</param>
/// <param name="DequantizeMs">Milliseconds a run from 8 bits to FP32.</param>
public sealed record EdgeProfile(int From, int To, string Tensor, double QuantizeMs, double DequantizeMs);
