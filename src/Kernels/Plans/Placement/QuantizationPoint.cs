namespace Cluster.Kernels.Plans.Placement;

/// <summary>One Q/DQ pair on an activation.</summary>
/// <param name="Tensor">The quantized float tensor.</param>
/// <param name="ScaleOf">The tensor whose calibrated range is used: <paramref name="Tensor"/> itself, or the start of a scale-preserving
/// chain.</param>
/// <param name="AtProducer">True: every reader sees the quantized tensor. False: only the readers in INT8 groups do.</param>
/// <param name="Group">Group whose decision (calibrator) governs the range.</param>
public sealed record QuantizationPoint(string Tensor, string ScaleOf, bool AtProducer, int Group);
