using Cluster.Coordinator.Model;
using Cluster.Terminal;

namespace Cluster.Evaluation.Inputs;

/// <summary>What a user asked a local job to do, as typed.</summary>
public sealed record JobRequest
{
    public required string Model { get; init; }

    /// <summary>Calibration images; split into calibration and evaluation where <see cref="Evaluation"/> is not given.</summary>
    public required string Calibration { get; init; }

    public string? Evaluation { get; init; }

    public string? Test { get; init; }

    /// <summary>Labelled images that the winner is fine-tuned on; looked at only where <see cref="FineTune"/> asks for it.</summary>
    public string? Training { get; init; }

    /// <summary>When the winner is fine-tuned; null for never.</summary>
    public FineTuneMode? FineTune { get; init; }

    /// <summary>Passes over the training images; null for as many as usual.</summary>
    public int? Epochs { get; init; }

    /// <summary>When roundings are learned after the search; null for never.</summary>
    public ReconstructionMode? Reconstruct { get; init; }

    /// <summary>Iterations of that a block; null for as many as usual.</summary>
    public int? ReconstructIterations { get; init; }

    public string? Preprocess { get; init; }

    /// <summary>Where the images may be read from.</summary>
    public JobAccess Access { get; init; } = JobAccess.Anywhere;

    public required string Output { get; init; }

    /// <summary>Largest accepted loss of top-1, a fraction.</summary>
    public double MaxDrop { get; init; } = 0.005;

    public double? Confidence { get; init; }

    public IReadOnlyList<string> Methods { get; init; } = ["max", "percentile:99.99", "kl", "mse"];

    public int? BudgetEvaluations { get; init; }

    public int Batch { get; init; } = 32;

    public int Threads { get; init; } = 1;

    /// <summary>Candidates evaluated at once; the answer does not depend on it.</summary>
    public int Workers { get; init; } = 1;

    public long Seed { get; init; }

    /// <summary>Folder of results across jobs; null for none.</summary>
    public string? Cache { get; init; }

    public string? LatencyTable { get; init; }

    public string Target { get; init; } = "onnxruntime-cpu";

    /// <summary>Begins anew in an output folder that holds a finished or interrupted job.</summary>
    public bool Fresh { get; init; }
}
