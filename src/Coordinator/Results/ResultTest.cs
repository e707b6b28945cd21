namespace Cluster.Coordinator.Results;

/// <summary>Accuracy on the test set, which the search never looked at.</summary>
/// <param name="Correct">Images that the winner gets right.</param>
/// <param name="Float32Correct">Images that FP32 gets right.</param>
/// <param name="Total">Images.</param>
/// <param name="Top1">The winner's share.</param>
/// <param name="Ci95">Wilson's 95 % interval: low, high.</param>
/// <param name="Drop">Loss against FP32.</param>
public sealed record ResultTest(int Correct, int Float32Correct, int Total, double Top1, IReadOnlyList<double> Ci95, double Drop);
