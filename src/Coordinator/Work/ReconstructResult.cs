namespace Cluster.Coordinator.Work;

/// <summary>
/// The result of learning a plan's roundings. A file that is neither accurate enough nor better than the plan without is not timed; one
/// that is not faster than FP32 is not tested.
/// </summary>
public sealed record ReconstructResult : LearnedResult
{
    /// <summary>The blocks in the order of execution.</summary>
    public required IReadOnlyList<ReconstructedBlock> Blocks { get; init; }

    /// <summary>Files evaluated to decide which blocks to keep; 1 if all of them were.</summary>
    public int Evaluations { get; init; }
}

/// <summary>The result for one block.</summary>
/// <param name="Name">Its weighted nodes, joined by '+'.</param>
/// <param name="Phase">What was learned: "weights", "activations" or "weights+activations". BRECQ takes each block twice.</param>
/// <param name="Before">Reconstruction loss on held-out calibration images with weights rounded to nearest and calibrated ranges.</param>
/// <param name="After">The same with the learned numbers.</param>
/// <param name="Kept">Whether the file has the learned numbers: the loss fell, and the evaluation did not revert it.</param>
/// <param name="TakenBack">Whether the loss fell and the evaluation reverted it.</param>
/// <param name="Iterations">Number of iterations.</param>
/// <param name="Seconds">Their wall time.</param>
public sealed record ReconstructedBlock(
    string Name,
    string Phase,
    double Before,
    double After,
    bool Kept,
    bool TakenBack,
    int Iterations,
    double Seconds);

/// <summary>The cost of a plan's activations alone: its weights in FP32, simulated on the whole evaluation set.</summary>
/// <param name="Correct">Images with a right answer, as the metric defines it.</param>
/// <param name="Total">Number of images.</param>
/// <param name="Kl">Mean KL(FP32 ‖ probe) of the softmax outputs, in nats.</param>
/// <param name="CorrectBits">One bit per image, least significant bit first: set if the answer is right.</param>
/// <param name="Seconds">Wall time.</param>
/// <param name="Losses">The loss of each image if the metric is a loss, as in <see cref="AccuracyResult.Losses"/>; null otherwise.</param>
public sealed record WeightProbeResult(
    int Correct, int Total, double Kl, byte[] CorrectBits, double Seconds = 0, byte[]? Losses = null) : WorkResult;
