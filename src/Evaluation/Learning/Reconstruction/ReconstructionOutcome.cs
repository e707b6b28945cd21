using Cluster.Coordinator.Work;
using Cluster.Evaluation.Artefacts;
using Cluster.Kernels.Evaluation;
using Cluster.Kernels.Evaluation.Parity;
using Cluster.Kernels.Plans;
using Cluster.Plans;

namespace Cluster.Evaluation.Learning.Reconstruction;

/// <summary>The outcome of learning a plan's roundings, measured on the files before and after.</summary>
/// <param name="Plan">The plan with the learned numbers: the same precision of every group.</param>
/// <param name="Learned">Complete: with its biases the file is built without reading an image.</param>
internal sealed record ReconstructionOutcome(
    Plan Plan,
    LearnedParameters Learned,
    BuiltArtefact After,
    RuntimeScore ScoreBefore,
    RuntimeScore ScoreAfter,
    ParityReport Parity,
    IReadOnlyList<ReconstructedBlock> Blocks,
    int Evaluations);
