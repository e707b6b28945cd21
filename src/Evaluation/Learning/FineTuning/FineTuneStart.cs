using Cluster.Kernels.Plans;
using Cluster.Plans;

namespace Cluster.Evaluation.Learning.FineTuning;

/// <summary>The plan that a fine-tuning begins with, and the numbers it was built with.</summary>
/// <param name="Corrections">Corrected biases; null: they are estimated.</param>
/// <param name="Learned">What a reconstruction or an earlier training learned, if anything.</param>
internal sealed record FineTuneStart(Plan Plan, IReadOnlyDictionary<string, float[]>? Corrections, LearnedParameters? Learned);
