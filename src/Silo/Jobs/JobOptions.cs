namespace Cluster.Silo.Jobs;

/// <summary>What a job is asked to find, besides its inputs. Defaults are those of the command line and of the contract.</summary>
internal sealed record JobOptions
{
    public string Target { get; init; } = "onnxruntime-cpu";

    public IReadOnlyList<string> Methods { get; init; } = ["max", "percentile:99.99", "kl", "mse"];

    /// <summary>Largest accepted loss of top-1, a fraction.</summary>
    public double MaxDrop { get; init; } = 0.005;

    public double? Confidence { get; init; }

    public int? BudgetEvaluations { get; init; }

    public int Batch { get; init; } = 32;

    public int Threads { get; init; } = 1;

    public long Seed { get; init; }
}
