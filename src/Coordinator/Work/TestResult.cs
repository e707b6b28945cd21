namespace Cluster.Coordinator.Work;

/// <summary>Accuracy of the winner and of FP32 on the test set.</summary>
/// <param name="Correct">Images that the winner gets right.</param>
/// <param name="Float32Correct">Images that FP32 gets right.</param>
/// <param name="Total">Images in the set.</param>
/// <param name="Lost">Images that FP32 gets right and the winner does not.</param>
/// <param name="Gained">Images that the winner gets right and FP32 does not.</param>
public sealed record TestResult(int Correct, int Float32Correct, int Total, int Lost, int Gained) : WorkResult;
