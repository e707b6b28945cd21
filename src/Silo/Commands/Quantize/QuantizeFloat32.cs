namespace Cluster.Silo.Commands.Quantize;

/// <summary>The FP32 network beside the quantized file.</summary>
internal sealed record QuantizeFloat32(MeasuredAccuracy Accuracy, MeasuredLatency Latency, long SizeBytes);
