using Cluster.Kernels.Calibration;
using Cluster.Kernels.Plans;
using Cluster.Plans;

namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>A plan with the sources of its numbers.</summary>
/// <param name="Corrections">Stored corrected biases; null: they are estimated.</param>
/// <param name="Learned">Learned or repaired weights, ranges and biases, if any.</param>
internal sealed record QuantizePlan(
    Plan Plan,
    CalibrationStatistics Statistics,
    IReadOnlyDictionary<string, float[]>? Corrections,
    long Seed,
    LearnedParameters? Learned = null);
