namespace Cluster.Coordinator.Work;

/// <summary>The result of learning a plan's numbers, measured on the file with them: it may replace the winner.</summary>
public abstract record LearnedResult : WorkResult
{
    /// <summary>The plan with the learned numbers: the same precision of every group.</summary>
    public required Plan Plan { get; init; }

    /// <summary>SHA-256 of the learned parameters, which together with the plan make the file.</summary>
    public required string Learned { get; init; }

    /// <summary>Accuracy of the file on the whole evaluation set.</summary>
    public required AccuracyResult Accuracy { get; init; }

    /// <summary>Why the parity gate refused the file, or null if it did not.</summary>
    public string? ParityFailure { get; init; }

    /// <summary>As <see cref="ParityFinding.WorstChannel"/>.</summary>
    public OutputChannel? WorstChannel { get; init; }

    /// <inheritdoc cref="ParityFinding.Quiet"/>
    public QuietSamples? Quiet { get; init; }

    /// <summary>Latency of the file interleaved with FP32; null where the file is not worth timing.</summary>
    public LatencyResult? Latency { get; init; }

    /// <summary>Accuracy of the file on the test set; null if there is none, or the file is not worth it.</summary>
    public TestResult? Test { get; init; }

    /// <summary>Wall time of the last attempt.</summary>
    public double Seconds { get; init; }
}

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

/// <summary>The result of a fine-tuning. A file that is not better than the winner is neither timed nor tested.</summary>
public sealed record FineTuneResult : LearnedResult
{
    /// <summary>The chosen epoch; 0 is the winner before training.</summary>
    public int BestEpoch { get; init; }

    /// <summary>Training images, each used once per epoch.</summary>
    public int Images { get; init; }
}

/// <summary>The result of learning roundings before the exploration.</summary>
/// <param name="Learned">SHA-256 of the learned weights; null if no layer's loss fell.</param>
/// <param name="Groups">Groups with a layer whose loss fell, in the plan's order; empty if there are none.</param>
/// <param name="Seconds">Wall time of the last attempt.</param>
public sealed record RepairResult(string? Learned, IReadOnlyList<RepairedGroup> Groups, double Seconds = 0) : WorkResult;

/// <summary>The effect of learning on one group.</summary>
/// <param name="Group">The group.</param>
/// <param name="Before">
/// Weights rounded to nearest: mean squared error of its layers' outputs on held-out calibration images; of a weight correction, the
/// squared errors of the channels' means and deviations in units of their scales, summed.
/// </param>
/// <param name="After">The same with the other roundings; less.</param>
public sealed record RepairedGroup(string Group, double Before, double After);
