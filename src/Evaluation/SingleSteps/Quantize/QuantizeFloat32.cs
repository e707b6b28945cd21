namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>The FP32 network, for comparison with the quantized file.</summary>
/// <param name="Accuracy">Null if a metric other than top-1 was requested.</param>
/// <param name="Bops">Bit operations per image.</param>
/// <param name="PackedBytes">Bytes of the packed numbers.</param>
public sealed record QuantizeFloat32(MeasuredAccuracy? Accuracy, MeasuredLatency Latency, long SizeBytes, long Bops, long PackedBytes);
