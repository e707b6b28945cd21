namespace Cluster.Coordinator.Work;

/// <summary>
/// A calibrator for each quantized group, and what it was chosen by. Divergences are mean KL from FP32, in nats an image, with quantized
/// activations and FP32 weights.
/// </summary>
/// <param name="Groups">One for each quantized group, in the space's order.</param>
/// <param name="Networks">All of these groups by one calibrator, in the order of the methods.</param>
/// <param name="Kl">All of them by the calibrators that were chosen; never more than the least of <paramref name="Networks"/>.</param>
/// <param name="Images">Calibration images that it was measured on.</param>
/// <param name="HeldBack">
/// Whether the ranges that were compared come from other images; false where there are too few to hold any back.
/// </param>
/// <param name="Seconds">Wall time.</param>
public sealed record CalibratorResult(
    IReadOnlyList<GroupCalibrator> Groups,
    IReadOnlyList<CalibratorScore> Networks,
    double Kl,
    int Images,
    bool HeldBack,
    double Seconds = 0) : WorkResult;

/// <summary>The calibrator of one group.</summary>
/// <param name="Group">The group.</param>
/// <param name="Calibrator">What was chosen, with all other groups quantized.</param>
/// <param name="Alone">This group alone in 8 bits by each calibrator, in the order of the methods.</param>
public sealed record GroupCalibrator(string Group, string Calibrator, IReadOnlyList<CalibratorScore> Alone);

/// <summary>What a calibrator does.</summary>
/// <param name="Calibrator">The calibrator.</param>
/// <param name="Kl">Divergence of the network's outputs: see <see cref="AccuracyResult.Kl"/>.</param>
/// <param name="SqnrDb">
/// Signal to quantization noise of what the group hands on, in decibels; null where there is no noise, or no single group.
/// </param>
public sealed record CalibratorScore(string Calibrator, double Kl, double? SqnrDb = null);
