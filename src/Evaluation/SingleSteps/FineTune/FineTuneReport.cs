using Cluster.Kernels.Learning.FineTuning;

namespace Cluster.Evaluation.SingleSteps.FineTune;

/// <summary>The result of `finetune`; its JSON form is the command's `--json`. Fractions are 0..1.</summary>
public sealed record FineTuneReport
{
    /// <summary>Path of the FP32 network, as typed.</summary>
    public required string Model { get; init; }

    /// <summary>The better file: the trained one if it was kept, else the plan's own.</summary>
    public required QuantizeOutput Output { get; init; }

    /// <summary>Plan of the output, next to it.</summary>
    public required string Plan { get; init; }

    /// <summary>Folder with which the plan gives the same bytes again.</summary>
    public required string Calibration { get; init; }

    /// <summary>Whether the trained file replaces the plan's own.</summary>
    public required bool Kept { get; init; }

    /// <summary>Why the trained file was kept or not, one sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>The FP32 network, in ONNX Runtime.</summary>
    public required MeasuredAccuracy Float32 { get; init; }

    /// <summary>The plan's own file.</summary>
    public required MeasuredAccuracy Before { get; init; }

    /// <summary>The trained file.</summary>
    public required MeasuredAccuracy After { get; init; }

    /// <summary>The plan's own file by the other requested metric; null if none was requested.</summary>
    public MeasuredMetric? MetricBefore { get; init; }

    /// <summary>The trained file by that metric.</summary>
    public MeasuredMetric? MetricAfter { get; init; }

    /// <summary>SHA-256 of the trained file, kept or not.</summary>
    public required string TrainedSha256 { get; init; }

    /// <summary>The trained file against the plan's own.</summary>
    public required FineTuneDifference Difference { get; init; }

    /// <summary>Parity of the trained file.</summary>
    public required ParityFinding Parity { get; init; }

    /// <summary>Epochs, losses and speed of the training.</summary>
    public required FineTuneTrainingReport Training { get; init; }

    /// <summary>Total wall time, in this process.</summary>
    public double Seconds { get; init; }
}

/// <summary>Compares the trained file with the plan's own, on the same images.</summary>
/// <param name="Gain">Gain of top-1, as a fraction; negative if training made it worse.</param>
/// <param name="Ci95">Paired interval of the gain: low, high.</param>
/// <param name="Lost">Images that only the plan's own file gets right.</param>
/// <param name="Gained">Images that only the trained file gets right.</param>
/// <param name="McNemarP">Two-sided mid-p of McNemar's exact test.</param>
public sealed record FineTuneDifference(double Gain, IReadOnlyList<double> Ci95, int Lost, int Gained, double McNemarP)
{
    internal static FineTuneDifference Of(PairedCounts counts)
    {
        var (low, high) = FineTuneVerdict.Gain(counts);
        return new FineTuneDifference(-counts.Drop, [low, high], counts.Lost, counts.Gained, counts.McNemarMidP);
    }
}

/// <summary>Report on a training.</summary>
/// <param name="Images">Training images, each used once per epoch.</param>
/// <param name="ValidationImages">Held out, to choose the best epoch.</param>
/// <param name="Epochs">From 0, the untrained plan; correct images are of the validation images, in simulation.</param>
/// <param name="Best">The chosen epoch.</param>
/// <param name="RolledBack">How often training went back to the beginning of an epoch with half the rate.</param>
/// <param name="ResumedAt">Step at which training resumed from a checkpoint; 0 for none.</param>
/// <param name="ImagesPerSecond">Rate in this process; null if nothing was left to train.</param>
public sealed record FineTuneTrainingReport(
    int Images,
    int ValidationImages,
    IReadOnlyList<FineTuneEpoch> Epochs,
    int Best,
    int RolledBack,
    long ResumedAt,
    double Seconds,
    double? ImagesPerSecond);
