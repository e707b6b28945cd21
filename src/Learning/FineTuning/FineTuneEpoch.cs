namespace Cluster.Learning.FineTuning;

/// <summary>One epoch of a fine-tuning.</summary>
/// <param name="Epoch">From 1; 0 is the untrained plan.</param>
/// <param name="Loss">Mean over the epoch's images, nats; null for epoch 0.</param>
/// <param name="LearningRate">Of its last iteration; 0 for epoch 0.</param>
/// <param name="Correct">Validation images that the simulation gets right.</param>
/// <param name="Total">Validation images.</param>
/// <param name="ValidationLoss">Mean over the validation images, nats; null where it is not a finite number.</param>
public sealed record FineTuneEpoch(int Epoch, double? Loss, double LearningRate, int Correct, int Total, double? ValidationLoss);
