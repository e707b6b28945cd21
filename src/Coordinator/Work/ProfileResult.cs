namespace Cluster.Coordinator.Work;

/// <summary>The split of the latency, per group and per edge, in FP32 and in 8 bits.</summary>
/// <param name="PlanDigest">The all-8-bit plan that was profiled.</param>
/// <param name="Groups">One per group, in the space's order.</param>
/// <param name="Edges">One per edge of the space, in its order.</param>
/// <param name="Float32TotalMs">Whole FP32 network, profiled milliseconds per run.</param>
/// <param name="Int8TotalMs">Whole 8-bit network, profiled milliseconds per run.</param>
public sealed record ProfileResult(
    string PlanDigest,
    IReadOnlyList<GroupProfile> Groups,
    IReadOnlyList<EdgeProfile> Edges,
    double Float32TotalMs,
    double Int8TotalMs) : WorkResult
{
    /// <summary>The user's own file beside the FP32 network that everything is timed with; null if it is that network.</summary>
    public GivenTiming? Given { get; init; }
}

/// <summary>The user's file in turn with the FP32 network that was written anew from it.</summary>
/// <param name="Batch">Samples a run: the file's own, if it is fixed to one.</param>
/// <param name="MedianMs">Milliseconds of a run of the file.</param>
/// <param name="Float32MedianMs">Milliseconds of a run of the network written anew.</param>
/// <param name="LowMs">Lower end of a 95 % interval of <paramref name="MedianMs"/>; null in results of earlier versions.</param>
public sealed record GivenTiming(int Batch, double MedianMs, double Float32MedianMs, double? LowMs = null);

/// <summary>Time of one group's kernels, without changes of format around it.</summary>
/// <param name="Group">The group.</param>
/// <param name="Float32Ms">Milliseconds per run in FP32.</param>
/// <param name="Int8Ms">Milliseconds per run in int8, or in the search's first format if it has no int8.</param>
/// <param name="Others">In other profiled formats; null if there are none.</param>
public sealed record GroupProfile(string Group, double Float32Ms, double Int8Ms, IReadOnlyList<FormatTime>? Others = null)
{
    /// <summary>Milliseconds per run in a format. A format that was not profiled is assumed to save nothing.</summary>
    public double Ms(GroupFormat format) =>
        format == GroupFormat.Int8 ? Int8Ms : Others?.FirstOrDefault(other => other.Format == format)?.Ms ?? Float32Ms;
}

/// <summary>Time of a group's kernels in a format.</summary>
/// <param name="Format">The format.</param>
/// <param name="Ms">Milliseconds a run.</param>
public sealed record FormatTime(GroupFormat Format, double Ms);

/// <summary>The cost of a change of format on one edge.</summary>
/// <param name="From">As in <see cref="Model.GroupEdge"/>.</param>
/// <param name="To">As in <see cref="Model.GroupEdge"/>.</param>
/// <param name="Tensor">The tensor's name.</param>
/// <param name="QuantizeMs">Milliseconds a run from FP32 to 8 bits.</param>
/// <param name="DequantizeMs">Milliseconds a run from 8 bits to FP32.</param>
/// <param name="Others">Between other profiled formats; null if there are none.</param>
public sealed record EdgeProfile(
    int From, int To, string Tensor, double QuantizeMs, double DequantizeMs, IReadOnlyList<ConversionTime>? Others = null)
{
    /// <summary>
    /// Milliseconds per run from one format to another. A pair that was not profiled costs the same as 8 bits, via FP32 if neither is FP32.
    /// </summary>
    public double ConversionMs(GroupFormat from, GroupFormat to) =>
        Others?.FirstOrDefault(other => other.From == from && other.To == to)?.Ms
            ?? ((from.IsBaseline ? 0 : DequantizeMs) + (to.IsBaseline ? 0 : QuantizeMs));
}

/// <summary>Time of converting an edge's tensor.</summary>
/// <param name="From">The producer's format.</param>
/// <param name="To">The consumer's format.</param>
/// <param name="Ms">Milliseconds a run.</param>
public sealed record ConversionTime(GroupFormat From, GroupFormat To, double Ms);
