namespace Cluster.Kernels.Evaluation.Errors;

/// <summary>The errors, relative to FP32, of what a group hands on to later groups or out of the network.</summary>
/// <param name="Local">With only this group quantized and FP32 inputs; null if it stays in FP32.</param>
/// <param name="Accumulated">In the quantized network, with all earlier groups quantized too; null if it hands on no float32.</param>
/// <param name="WorstChannelDb">
/// Signal to noise of the channel that keeps least in the quantized network, dB; null if no channel loses anything.
/// </param>
public sealed record GroupErrors(TensorErrors? Local, TensorErrors? Accumulated, double? WorstChannelDb);
