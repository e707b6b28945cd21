using Cluster.Grains.Contracts;
using Cluster.Silo.Api;

namespace Cluster.Bench.Ladder;

/// <summary>One step of a ladder, with the figures of its own file.</summary>
internal sealed record LadderRow
{
    public required string Step { get; init; }

    /// <summary>What was chosen or spent.</summary>
    public required string What { get; init; }

    /// <summary>Groups left in FP32, of those that could be quantized.</summary>
    public required int Skipped { get; init; }

    public required int Correct { get; init; }

    public required int Total { get; init; }

    /// <summary>Mean KL(FP32 || file), nats.</summary>
    public required double Kl { get; init; }

    /// <summary>Images with FP32's top-1 class.</summary>
    public required int Agree { get; init; }

    public int? TestCorrect { get; init; }

    /// <summary>Null for FP32.</summary>
    public bool? Parity { get; init; }

    /// <summary>Whether the next steps build on it; null for FP32, which is none of them, and for the first.</summary>
    public bool? Carried { get; init; }

    public string? Reason { get; init; }

    /// <summary>Wall time of making and judging it.</summary>
    public required double Seconds { get; init; }

    /// <summary>The file in the ladder's folder.</summary>
    public required string File { get; init; }

    public required string Sha256 { get; init; }

    /// <summary>One a batch size.</summary>
    public IReadOnlyList<LadderTime> Times { get; init; } = [];
}
