using Cluster.Kernels.Evaluation;
using Cluster.Kernels.Evaluation.Parity;

namespace Cluster.Bench.Ladder;

/// <summary>What a file answered on the evaluation images.</summary>
/// <param name="Kl">KL(FP32 || file) of each image, nats.</param>
/// <param name="TestCorrect">On the test images, if there are any.</param>
/// <param name="Parity">Null for FP32.</param>
internal sealed record LadderScore(RuntimeScore Runtime, double[] Kl, int? TestCorrect, ParityReport? Parity);
