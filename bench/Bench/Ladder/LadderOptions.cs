using Cluster.Kernels.Calibration;

namespace Cluster.Bench.Ladder;

/// <summary>What a ladder is climbed with; its file keeps it beside the figures.</summary>
internal sealed record LadderOptions
{
    public required string Model { get; init; }

    public required string Calibration { get; init; }

    public required string Evaluation { get; init; }

    /// <summary>Labelled images that nothing is chosen by; null for none.</summary>
    public string? Test { get; init; }

    /// <summary>Labelled images of the last step; null leaves it out.</summary>
    public string? Training { get; init; }

    /// <summary>Calibrators of which the best is taken: every one that there is.</summary>
    public IReadOnlyList<string> Methods { get; init; } = [.. CalibrationMethod.All.Select(method => method.Id)];

    /// <summary>Loss of top-1 that the search may accept, a fraction, and the ladder has to end within.</summary>
    public double MaxDrop { get; init; } = 0.0025;

    /// <summary>Latencies of an earlier job that the search decides by, where it has them; null measures all.</summary>
    public string? LatencyTable { get; init; }

    /// <summary>Most groups that the skips may leave in FP32.</summary>
    public int MostSkips { get; init; } = 2;

    /// <summary>Of AdaRound a layer and of QDrop a block.</summary>
    public int Iterations { get; init; } = 500;

    /// <summary>Of the roundings. Ten times the published rate: it was chosen for forty times as many iterations.</summary>
    public double RoundingRate { get; init; } = 1e-2;

    public int Epochs { get; init; } = 5;

    /// <summary>Images a training step.</summary>
    public int TrainingBatch { get; init; } = 64;

    /// <summary>Whether every second training image is mirrored.</summary>
    public bool Flip { get; init; }

    /// <summary>Null for the program's own.</summary>
    public double? TrainingRate { get; init; }

    /// <summary>Share of FP32's answers in the training loss.</summary>
    public double Distill { get; init; } = 1;

    /// <summary>Images a run when the search and the table measure latency; the search takes the first.</summary>
    public IReadOnlyList<int> Batches { get; init; } = [32];

    public long Seed { get; init; }
}
