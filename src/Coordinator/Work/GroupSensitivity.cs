namespace Cluster.Coordinator.Work;

/// <summary>What 8 bits in one group alone do to the network.</summary>
/// <param name="Group">The group.</param>
/// <param name="Kl">Mean KL(FP32 ‖ group in 8 bits) of the softmax outputs, in nats.</param>
/// <param name="SqnrDb">Signal to quantization noise of what the group hands on, in decibels, or null where there is no noise.</param>
/// <param name="Correct">Images whose top-1 is the label.</param>
/// <param name="Total">Images looked at.</param>
public sealed record GroupSensitivity(string Group, double Kl, double? SqnrDb, int Correct, int Total);
