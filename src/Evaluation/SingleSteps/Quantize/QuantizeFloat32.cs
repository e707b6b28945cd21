namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>The FP32 network beside the quantized file.</summary>
/// <param name="Accuracy">Null where another metric than top-1 was asked for.</param>
/// <param name="Bops">Bit operations an image.</param>
/// <param name="PackedBytes">Bytes of the numbers.</param>
public sealed record QuantizeFloat32(MeasuredAccuracy? Accuracy, MeasuredLatency Latency, long SizeBytes, long Bops, long PackedBytes);
