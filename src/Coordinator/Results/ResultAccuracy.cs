namespace Cluster.Coordinator.Results;

/// <summary>Accuracy by the job's metric.</summary>
/// <param name="Correct">Images right.</param>
/// <param name="Total">Images.</param>
/// <param name="Top1">Their ratio; absent where the metric is another.</param>
/// <param name="Ci95">Wilson's 95 % interval: low, high.</param>
/// <param name="Drop">Loss against FP32 on the same images; negative where it is better.</param>
/// <param name="DropCi95">95 % interval of that loss: low, high.</param>
/// <param name="Kl">Mean KL(FP32 ‖ plan) of the softmax, in nats.</param>
/// <param name="Agreement">Share of images with the same top-1 as FP32.</param>
/// <param name="Top5">The ratio of images right where the metric is top-5, else absent.</param>
public sealed record ResultAccuracy(
    int Correct,
    int Total,
    double? Top1,
    IReadOnlyList<double> Ci95,
    double Drop,
    IReadOnlyList<double> DropCi95,
    double Kl,
    double Agreement,
    double? Top5 = null);
