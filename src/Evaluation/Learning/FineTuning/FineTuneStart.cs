using Cluster.Kernels.Plans;
using Cluster.Plans;

namespace Cluster.Evaluation.Learning.FineTuning;

/// <summary>The plan at the start of a fine-tuning, and the numbers it was built with.</summary>
/// <param name="Corrections">Corrected biases; null: they are estimated.</param>
/// <param name="Learned">Numbers from a reconstruction or an earlier training, if any.</param>
internal sealed record FineTuneStart(Plan Plan, IReadOnlyDictionary<string, float[]>? Corrections, LearnedParameters? Learned);
