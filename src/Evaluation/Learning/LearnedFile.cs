using Cluster.Coordinator.Work;
using Cluster.Evaluation.Artefacts;
using Cluster.Kernels.Plans;
using Cluster.Plans;

namespace Cluster.Evaluation.Learning;

/// <summary>The result of a fine-tuning or a step of a reconstruction.</summary>
internal sealed record LearnedFile
{
    public required Plan Plan { get; init; }

    public required LearnedParameters Learned { get; init; }

    public required BuiltArtefact Artefact { get; init; }

    /// <summary>Whether its accuracy allows it to replace the winner; otherwise it is neither timed nor stored.</summary>
    public required bool MayWin { get; init; }

    /// <summary>Whether its latency allows it too.</summary>
    public required Func<LatencyResult, bool> MayWinWith { get; init; }

    /// <summary>Makes the item's result from the measurements that every such file gets.</summary>
    public required Func<LearnedMeasurements, WorkResult> Result { get; init; }
}
