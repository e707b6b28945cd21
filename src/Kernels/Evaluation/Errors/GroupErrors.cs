namespace Cluster.Kernels.Evaluation.Errors;

/// <summary>The errors of what a group hands on to later groups, or out of the network, from FP32.</summary>
/// <param name="Group">Index of the group.</param>
/// <param name="Local">With this group alone quantized, which then reads what FP32 computed; null where it stays in FP32.</param>
/// <param name="Accumulated">In the quantized network, with all that is quantized before; null where it hands on no float32.</param>
public sealed record GroupErrors(int Group, TensorErrors? Local, TensorErrors? Accumulated);
