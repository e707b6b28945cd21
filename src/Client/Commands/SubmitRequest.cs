using Cluster.Contract.V1;
using Cluster.Terminal;

namespace Cluster.Client.Commands;

/// <summary>What a user asked to submit, as typed.</summary>
internal sealed record SubmitRequest
{
    public required string Model { get; init; }

    /// <summary>A data spec, like the next two.</summary>
    public required string Calibration { get; init; }

    public string? Evaluation { get; init; }

    public string? Test { get; init; }

    public string? Training { get; init; }

    /// <summary>Unspecified: where there are training images.</summary>
    public FineTuneMode FineTune { get; init; }

    public int? Epochs { get; init; }

    /// <summary>Unspecified: as the server does.</summary>
    public ReconstructionMode Reconstruct { get; init; }

    /// <summary>Null: as many as usual.</summary>
    public int? ReconstructIterations { get; init; }

    /// <summary>A file; null: the one beside the model.</summary>
    public string? Preprocess { get; init; }

    /// <summary>A fraction.</summary>
    public required double MaxDrop { get; init; }

    public double? Confidence { get; init; }

    public required IReadOnlyList<string> Methods { get; init; }

    public int? BudgetEvaluations { get; init; }

    public required int Batch { get; init; }

    public required int Threads { get; init; }

    public required long Seed { get; init; }

    public required string Target { get; init; }

    public required string Name { get; init; }

    public required Guid RequestId { get; init; }

    public required bool SharedPaths { get; init; }

    public required bool DryRun { get; init; }

    public required bool Watch { get; init; }
}
