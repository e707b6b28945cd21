namespace Cluster.Learning.FineTuning;

/// <summary>The result of a fine-tuning.</summary>
/// <param name="Parameters">Those of the epoch <paramref name="Best"/>; with them PlanResolver makes the network that was trained.</param>
/// <param name="Log">One entry per epoch, from epoch 0, the untrained plan.</param>
/// <param name="Best">The epoch with the lowest validation loss, the last of equal ones; without validation the last epoch.</param>
/// <param name="RolledBack">How often the loss stopped being finite, so that training was rolled back and the rate halved.</param>
/// <param name="ResumedAt">The iteration at which training resumed from a checkpoint, or 0.</param>
public sealed record TrainingOutcome(
    LearnedParameters Parameters,
    IReadOnlyList<FineTuneEpoch> Log,
    int Best,
    int RolledBack,
    long ResumedAt);
