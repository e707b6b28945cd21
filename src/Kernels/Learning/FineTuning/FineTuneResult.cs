using Cluster.Kernels.Plans;

namespace Cluster.Kernels.Learning.FineTuning;

/// <summary>What a fine-tuning came to.</summary>
/// <param name="Parameters">Of the epoch <paramref name="Best"/>; with them PlanResolver makes the network that was
/// trained.</param>
/// <param name="Log">From epoch 0, the untrained plan.</param>
/// <param name="Best">The epoch with the lowest validation loss, of equals the last; without validation the
/// last.</param>
/// <param name="RolledBack">How often the loss left the finite numbers, training went back and the rate was
/// halved.</param>
/// <param name="ResumedAt">The iteration at which a checkpoint was taken up, or 0.</param>
public sealed record FineTuneResult(
    LearnedParameters Parameters,
    IReadOnlyList<FineTuneEpoch> Log,
    int Best,
    int RolledBack,
    long ResumedAt);
