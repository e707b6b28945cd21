namespace Cluster.Kernels.QuantizedNetworks.Placement;

/// <summary>One Q/DQ pair on an activation.</summary>
/// <param name="Tensor">The quantized float tensor.</param>
/// <param name="RangeOf">The tensor whose calibrated range is used: <paramref name="Tensor"/> itself, or the start of a scale-preserving
/// chain.</param>
/// <param name="AtProducer">True: every reader sees the quantized tensor. False: only the readers in INT8 groups do.</param>
/// <param name="Group">Group whose decision (calibrator) governs the range.</param>
public sealed record QuantizationPoint(string Tensor, string RangeOf, bool AtProducer, int Group)
{
    /// <summary>The tensor that stands for all of one scale: <see cref="RangeOf"/>, or one that it is joined to.</summary>
    public string ScaleOf { get; init; } = RangeOf;
}
