namespace Cluster.Kernels.Plans.Placement;

/// <summary>One Q/DQ pair on an activation.</summary>
/// <param name="Tensor">The float tensor that is quantized.</param>
/// <param name="ScaleOf">The tensor whose calibrated range is used: <paramref name="Tensor"/> itself, or what a
/// scale-preserving chain leads back to.</param>
/// <param name="AtProducer">True: every reader sees the quantized tensor. False: only the readers in INT8 groups do.</param>
/// <param name="Group">Group whose decision (calibrator) governs the range.</param>
public sealed record QuantizationPoint(string Tensor, string ScaleOf, bool AtProducer, int Group);
