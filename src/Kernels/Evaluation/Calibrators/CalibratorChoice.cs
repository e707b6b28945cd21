using Cluster.Kernels.Evaluation.Sensitivity;

namespace Cluster.Kernels.Evaluation.Calibrators;

/// <summary>
/// A calibrator for each group, and what it was chosen by. Divergences are mean KL(FP32 || activations quantized), nats an image.
/// </summary>
/// <param name="Alone">For each group that was asked about, it alone by each calibrator.</param>
/// <param name="Networks">All of these groups by one calibrator; one a calibrator.</param>
/// <param name="Chosen">Index of each group's calibrator.</param>
/// <param name="Kl">All groups by what was chosen; never more than the least of <paramref name="Networks"/>.</param>
public sealed record CalibratorChoice(
    IReadOnlyList<IReadOnlyList<GroupSensitivity>> Alone, IReadOnlyList<double> Networks, IReadOnlyList<int> Chosen, double Kl);
