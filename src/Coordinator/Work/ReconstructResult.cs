namespace Cluster.Coordinator.Work;

/// <summary>
/// What learning the roundings of a plan came to. A file that is neither accurate enough nor better than the plan
/// without is not timed; one that is not faster than FP32 is not tested.
/// </summary>
public sealed record ReconstructResult : LearnedResult
{
    /// <summary>The blocks in the order of execution.</summary>
    public required IReadOnlyList<ReconstructedBlock> Blocks { get; init; }

    /// <summary>Files that were evaluated to decide which blocks stay; 1 where all of them did.</summary>
    public int Evaluations { get; init; }
}

/// <summary>What became of one block.</summary>
/// <param name="Name">Its weighted nodes, joined by '+'.</param>
/// <param name="Phase">What was learned: "weights", "activations" or "weights+activations". BRECQ takes each block twice.</param>
/// <param name="Before">Reconstruction loss on held-out calibration images with weights rounded to nearest and calibrated ranges.</param>
/// <param name="After">The same with what was learned.</param>
/// <param name="Kept">Whether the file has what was learned: the loss fell, and the evaluation did not take it back.</param>
/// <param name="TakenBack">Whether the loss fell and the evaluation took it back.</param>
/// <param name="Iterations">Iterations it took.</param>
/// <param name="Seconds">Of them.</param>
public sealed record ReconstructedBlock(
    string Name,
    string Phase,
    double Before,
    double After,
    bool Kept,
    bool TakenBack,
    int Iterations,
    double Seconds);

/// <summary>What a plan's activations cost by themselves: its weights in FP32, simulated on the whole evaluation set.</summary>
/// <param name="Correct">Images that are answered rightly, as the metric has it.</param>
/// <param name="Total">Images looked at.</param>
/// <param name="Kl">Mean KL(FP32 ‖ probe) of the softmax outputs, in nats.</param>
/// <param name="CorrectBits">One bit per image, least significant bit first: set where the image is answered rightly.</param>
/// <param name="Seconds">Wall time.</param>
/// <param name="Losses">Of each image where the metric is a loss, as in <see cref="AccuracyResult.Losses"/>; null otherwise.</param>
public sealed record WeightProbeResult(
    int Correct, int Total, double Kl, byte[] CorrectBits, double Seconds = 0, byte[]? Losses = null) : WorkResult;
