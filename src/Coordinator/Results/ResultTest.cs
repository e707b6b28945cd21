namespace Cluster.Coordinator.Results;

/// <summary>Accuracy on the test set, which the search never used.</summary>
/// <param name="Correct">Images that the winner gets right; absent if the metric is a loss.</param>
/// <param name="Float32Correct">Images that FP32 gets right.</param>
/// <param name="Total">Images.</param>
/// <param name="Top1">The winner's share; absent for another metric.</param>
/// <param name="Ci95">Wilson's 95 % interval: low, high.</param>
/// <param name="Drop">Loss against FP32.</param>
/// <param name="Top5">The winner's share if the metric is top-5, else absent.</param>
/// <param name="Value">The winner's KL in nats, SQNR in decibels or RMSE if that is the metric.</param>
/// <param name="Float32Value">The same for FP32; absent if it is infinite.</param>
/// <param name="Lost">Images that FP32 gets right and the winner does not.</param>
/// <param name="Gained">Images that the winner gets right and FP32 does not.</param>
public sealed record ResultTest(
    int? Correct,
    int? Float32Correct,
    int Total,
    double? Top1,
    IReadOnlyList<double>? Ci95,
    double Drop,
    double? Top5 = null,
    double? Value = null,
    double? Float32Value = null,
    int? Lost = null,
    int? Gained = null);
