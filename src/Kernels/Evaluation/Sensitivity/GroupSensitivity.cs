using Cluster.Kernels.Evaluation.Measurement;

namespace Cluster.Kernels.Evaluation.Sensitivity;

/// <summary>What happens when one group alone is INT8.</summary>
/// <param name="Group">Index of the group.</param>
/// <param name="Images">Images that the sums are over.</param>
/// <param name="Divergence">Sum of KL(FP32 || network with this group in INT8) of the outputs (<see cref="OutputKind"/>), nats.</param>
/// <param name="Signal">Sum of squares of what the group hands on in FP32.</param>
/// <param name="Noise">Sum of squares of what INT8 adds to it.</param>
/// <param name="Accuracy">Images whose label is among the ranks asked for; total 0 where the images have no labels.</param>
public sealed record GroupSensitivity(int Group, int Images, double Divergence, double Signal, double Noise, Accuracy Accuracy)
{
    /// <summary>Mean divergence of an image, nats.</summary>
    public double Kl => Divergence / Images;

    /// <summary>Signal to quantization noise of what the group hands on, dB; infinite where there is no noise.</summary>
    public double SqnrDb => Noise == 0 ? double.PositiveInfinity : 10 * Math.Log10(Signal / Noise);
}
