using Cluster.Coordinator.Work;
using Cluster.Evaluation.SingleSteps.Quantize;

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
    public required double Seconds { get; init; }
}
