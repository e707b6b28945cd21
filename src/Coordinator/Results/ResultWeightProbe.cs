namespace Cluster.Coordinator.Results;

/// <summary>A plan with FP32 weights and quantized activations, in simulation.</summary>
/// <param name="Correct">Evaluation images that it gets right.</param>
/// <param name="Total">Evaluation images.</param>
/// <param name="Kl">Mean KL(FP32 ‖ probe), in nats: methods that only learn roundings are not expected to get below it.</param>
/// <param name="WeightsMatter">Whether such methods were tried.</param>
/// <param name="Reason">Why.</param>
/// <param name="Seconds">Wall time.</param>
public sealed record ResultWeightProbe(int Correct, int Total, double Kl, bool WeightsMatter, string Reason, double Seconds);
