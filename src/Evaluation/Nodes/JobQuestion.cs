using Cluster.Coordinator.Model;
using Cluster.Terminal;

namespace Cluster.Evaluation.Nodes;

/// <summary>What a user asks of a cluster, before anything of it was looked at. Defaults are those of <see cref="JobSpec"/>.</summary>
public sealed record JobQuestion
{
    public required JobInputs Inputs { get; init; }

    public string Target { get; init; } = "onnxruntime-cpu";

    public IReadOnlyList<string> Methods { get; init; } = ["max", "percentile:99.99", "kl", "mse"];

    /// <summary>Largest accepted loss of top-1, a fraction.</summary>
    public double MaxDrop { get; init; } = 0.005;

    public double? Confidence { get; init; }

    public int? BudgetEvaluations { get; init; }

    public int Batch { get; init; } = 32;

    public int Threads { get; init; } = 1;

    public long Seed { get; init; }

    /// <summary>When the winner is fine-tuned; null for never.</summary>
    public FineTuneMode? FineTune { get; init; }

    /// <summary>Passes over the training images; null for as many as usual.</summary>
    public int? Epochs { get; init; }

    /// <summary>When roundings are learned after the search; null for never.</summary>
    public ReconstructionMode? Reconstruct { get; init; }

    /// <summary>Iterations of that a block; null for as many as usual.</summary>
    public int? ReconstructIterations { get; init; }

    /// <summary>The question that an accepted job answers.</summary>
    public static JobQuestion Of(JobEntry job) => new()
    {
        Inputs = job.Inputs,
        Target = job.Spec.Target,
        Methods = job.Spec.Methods,
        MaxDrop = job.Spec.MaxDrop,
        Confidence = job.Spec.Confidence,
        BudgetEvaluations = job.Spec.BudgetEvaluations,
        Batch = job.Spec.Batch,
        Threads = job.Spec.Threads,
        Seed = job.Spec.Seed,
        FineTune = job.Spec.FineTune,
        Epochs = job.Spec.Epochs,
        Reconstruct = job.Spec.Reconstruct,
        ReconstructIterations = job.Spec.ReconstructIterations,
    };
}
