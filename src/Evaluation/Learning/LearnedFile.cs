using Cluster.Coordinator.Work;
using Cluster.Evaluation.Artefacts;
using Cluster.Kernels.Plans;
using Cluster.Plans;

namespace Cluster.Evaluation.Learning;

/// <summary>What a fine-tuning or a step of a reconstruction made.</summary>
internal sealed record LearnedFile
{
    public required Plan Plan { get; init; }

    public required LearnedParameters Learned { get; init; }

    public required BuiltArtefact Artefact { get; init; }

    /// <summary>
    /// Whether it may take the winner's place, as far as its accuracy goes; else it is neither timed nor stored.
    /// </summary>
    public required bool MayWin { get; init; }

    /// <summary>Whether it still may, given its latency.</summary>
    public required Func<LatencyResult, bool> MayWinWith { get; init; }

    /// <summary>The item's result, from what is measured of every such file.</summary>
    public required Func<LearnedMeasurements, WorkResult> Result { get; init; }
}
