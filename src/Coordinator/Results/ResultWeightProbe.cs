namespace Cluster.Coordinator.Results;

/// <summary>A plan with FP32 weights and quantized activations, in simulation.</summary>
/// <param name="Correct">Evaluation images that it is right on.</param>
/// <param name="Total">Evaluation images.</param>
/// <param name="Kl">Mean KL(FP32 ‖ probe), in nats: what no method that learns roundings alone is expected to get below.</param>
/// <param name="WeightsMatter">Whether such methods were tried.</param>
/// <param name="Reason">Why.</param>
/// <param name="Seconds">Wall time.</param>
public sealed record ResultWeightProbe(int Correct, int Total, double Kl, bool WeightsMatter, string Reason, double Seconds);
