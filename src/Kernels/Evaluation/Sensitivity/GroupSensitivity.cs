using Cluster.Kernels.Evaluation.Measurement;

namespace Cluster.Kernels.Evaluation.Sensitivity;

/// <summary>What happens when one group alone is INT8.</summary>
/// <param name="Group">Index of the group.</param>
/// <param name="Kl">Mean KL(FP32 || network with this group in INT8) of the outputs (<see cref="Measurement.OutputKind"/>), nats.</param>
/// <param name="SqnrDb">Signal to quantization noise of what the group hands on, dB.</param>
/// <param name="Accuracy">Images whose label is among the ranks asked for; total 0 where the images have no labels.</param>
public sealed record GroupSensitivity(int Group, double Kl, double SqnrDb, Accuracy Accuracy);
