namespace Cluster.Coordinator.Results;

/// <summary>Accuracy by the job's metric.</summary>
/// <param name="Correct">Right images; absent if the metric is a loss or the images have no labels, like the next but one.</param>
/// <param name="Total">Images.</param>
/// <param name="Top1">Their ratio; absent for another metric.</param>
/// <param name="Ci95">Their 95 % interval, Wilson's: low, high; for a loss that of <paramref name="Value"/>, by Student's t; absent if it
/// is infinite.</param>
/// <param name="Drop">Loss against FP32 on the same images; negative if it is better. A fraction of images, nats, noise over signal, or
/// squared error.</param>
/// <param name="DropCi95">95 % interval of that loss: low, high.</param>
/// <param name="Kl">Mean KL(FP32 ‖ plan) of the softmax, in nats.</param>
/// <param name="Agreement">Share of images with the same top-1 as FP32.</param>
/// <param name="Top5">The ratio of right images if the metric is top-5, else absent.</param>
/// <param name="Unlabelled">Where the evaluation images have no labels: those that it answers otherwise than FP32 and that were given none.
/// They count as lost. Absent for labelled images.</param>
/// <param name="Value">KL in nats, SQNR in decibels or RMSE if that is the metric; absent otherwise, and if it is infinite.</param>
public sealed record ResultAccuracy(
    int? Correct,
    int Total,
    double? Top1,
    IReadOnlyList<double>? Ci95,
    double Drop,
    IReadOnlyList<double> DropCi95,
    double Kl,
    double Agreement,
    double? Top5 = null,
    double? Value = null,
    int? Unlabelled = null);
