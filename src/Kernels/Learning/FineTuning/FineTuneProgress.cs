namespace Cluster.Kernels.Learning.FineTuning;

/// <summary>Where a fine-tuning stands, told after every step.</summary>
/// <param name="Step">Steps done, of <paramref name="Steps"/>; more than one after a resumption.</param>
/// <param name="Epoch">From 1, the one the step belongs to.</param>
/// <param name="Loss">Of the step, nats.</param>
/// <param name="Finished">Set with the last step of an epoch.</param>
public sealed record FineTuneProgress(long Step, long Steps, int Epoch, double Loss, double LearningRate, FineTuneEpoch? Finished);
