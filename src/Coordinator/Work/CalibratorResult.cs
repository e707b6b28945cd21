namespace Cluster.Coordinator.Work;

/// <summary>
/// A calibrator for each quantized group, and the divergences that decided the choice: mean KL from FP32, in nats per image, with quantized
/// activations and FP32 weights.
/// </summary>
/// <param name="Groups">One for each quantized group, in the space's order.</param>
/// <param name="Networks">All of these groups by one calibrator, in the order of the methods.</param>
/// <param name="Kl">All of them by the chosen calibrators; never more than the least of <paramref name="Networks"/>.</param>
/// <param name="Images">Calibration images for the measurement.</param>
/// <param name="HeldBack">Whether the compared ranges come from other images; false if there are too few to hold any back.</param>
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
/// <param name="Calibrator">The calibrator chosen with all other groups quantized.</param>
/// <param name="Alone">This group alone in 8 bits by each calibrator, in the order of the methods.</param>
public sealed record GroupCalibrator(string Group, string Calibrator, IReadOnlyList<CalibratorScore> Alone);

/// <summary>The effect of a calibrator.</summary>
/// <param name="Calibrator">The calibrator.</param>
/// <param name="Kl">Divergence of the network's outputs: see <see cref="AccuracyResult.Kl"/>.</param>
/// <param name="SqnrDb">
/// Signal to quantization noise of the group's output, in decibels; null without noise, or if it is not a single group.
/// </param>
public sealed record CalibratorScore(string Calibrator, double Kl, double? SqnrDb = null);
