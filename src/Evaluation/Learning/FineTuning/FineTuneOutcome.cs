using Cluster.Coordinator.Statistics;
using Cluster.Evaluation.Artefacts;
using Cluster.Kernels.Evaluation;
using Cluster.Kernels.Evaluation.Parity;
using Cluster.Kernels.Learning.FineTuning;
using Cluster.Kernels.Plans;
using Cluster.Plans;
using Cluster.Reporting.Models;

namespace Cluster.Evaluation.Learning.FineTuning;

/// <summary>The outcome of fine-tuning, measured on the files before and after.</summary>
/// <param name="Plan">The trained plan: the same precision of every group.</param>
internal sealed record FineTuneOutcome(
    Plan Plan,
    LearnedParameters Learned,
    BuiltArtefact Before,
    BuiltArtefact After,
    RuntimeScore Float32,
    RuntimeScore ScoreBefore,
    RuntimeScore ScoreAfter,
    PairedCounts Counts,
    ParityReport Parity,
    FineTuneResult Training,
    FineTuneVerdict Verdict);
