namespace Cluster.Learning.FineTuning;

/// <summary>The progress of a fine-tuning, reported after every iteration.</summary>
/// <param name="Iteration">Iterations done, of <paramref name="Iterations"/>; the first report after a resumption is above one.</param>
/// <param name="Epoch">The iteration's epoch, from 1.</param>
/// <param name="Loss">Loss of the iteration, nats.</param>
/// <param name="Finished">Set with the last iteration of an epoch.</param>
public sealed record FineTuneProgress(
    long Iteration,
    long Iterations,
    int Epoch,
    double Loss,
    FineTuneEpoch? Finished);
