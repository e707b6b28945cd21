using Cluster.Kernels.Metrics;

namespace Cluster.Kernels.Sensitivity;

/// <summary>The effect of quantizing one group alone to INT8.</summary>
/// <param name="Group">Index of the group.</param>
/// <param name="Images">Images in the sums.</param>
/// <param name="Divergence">Sum of KL(FP32 || network with this group in INT8) of the outputs (<see cref="OutputKind"/>), nats.</param>
/// <param name="Signal">Sum of squares of what the group hands on in FP32.</param>
/// <param name="Noise">Sum of squares of the error that INT8 adds.</param>
/// <param name="Accuracy">Images whose label is among the requested ranks; total 0 if the images have no labels.</param>
public sealed record GroupScore(int Group, int Images, double Divergence, double Signal, double Noise, Accuracy Accuracy)
{
    /// <summary>Mean divergence per image, nats.</summary>
    public double Kl => Divergence / Images;

    /// <summary>Signal to quantization noise of what the group hands on, dB; infinite without noise.</summary>
    public double SqnrDb => Noise == 0 ? double.PositiveInfinity : 10 * Math.Log10(Signal / Noise);
}
