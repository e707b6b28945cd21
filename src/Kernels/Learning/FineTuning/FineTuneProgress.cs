namespace Cluster.Kernels.Learning.FineTuning;

/// <summary>Where a fine-tuning stands, told after every iteration.</summary>
/// <param name="Iteration">Iterations done, of <paramref name="Iterations"/>; more than one after a resumption.</param>
/// <param name="Epoch">From 1, the one the iteration belongs to.</param>
/// <param name="Loss">Of the iteration, nats.</param>
/// <param name="Finished">Set with the last iteration of an epoch.</param>
public sealed record FineTuneProgress(
    long Iteration,
    long Iterations,
    int Epoch,
    double Loss,
    double LearningRate,
    FineTuneEpoch? Finished);
