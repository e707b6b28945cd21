using Cluster.Kernels.Evaluation.Sensitivity;

namespace Cluster.Kernels.Evaluation.Calibrators;

/// <summary>
/// A calibrator for each group, and the divergences that decided the choice: mean KL(FP32 || activations quantized), nats per image.
/// </summary>
/// <param name="Alone">For each group that was asked about, the divergence of it alone by each calibrator.</param>
/// <param name="Networks">The divergence of all of these groups together, one per calibrator.</param>
/// <param name="Chosen">Index of each group's calibrator.</param>
/// <param name="Kl">Divergence of the chosen calibrators together; never more than the least of <paramref name="Networks"/>.</param>
public sealed record CalibratorChoice(
    IReadOnlyList<IReadOnlyList<GroupSensitivity>> Alone, IReadOnlyList<double> Networks, IReadOnlyList<int> Chosen, double Kl);
