namespace Cluster.Coordinator.Work;

/// <summary>What a plan's activations cost by themselves: its weights in FP32, simulated on the whole evaluation set.</summary>
/// <param name="Correct">Images whose top-1 is the label.</param>
/// <param name="Total">Images looked at.</param>
/// <param name="Kl">Mean KL(FP32 ‖ probe) of the softmax outputs, in nats.</param>
/// <param name="CorrectBits">One bit per image, least significant bit first: set where the top-1 is the label.</param>
/// <param name="Seconds">Wall time.</param>
public sealed record WeightProbeResult(int Correct, int Total, double Kl, byte[] CorrectBits, double Seconds = 0) : WorkResult;
