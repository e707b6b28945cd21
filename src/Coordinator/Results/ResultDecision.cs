using Cluster.Coordinator.Journal;

namespace Cluster.Coordinator.Results;

/// <summary>Why the winner won.</summary>
/// <param name="Kind">As a closed kind.</param>
/// <param name="Feasible">Whether it keeps the accuracy that was asked for.</param>
/// <param name="Reason">In a sentence.</param>
/// <param name="Quantized">Whether the winner's file is quantized; false: it is the network as it came.</param>
/// <param name="Stopped">Why the job ended before it was through, as half a sentence; null where it did not.</param>
/// <param name="Unclear">True where the winner's interval leaves open that FP32 is as fast; absent else.</param>
/// <param name="PassedOver">
/// How many plans measured as fast and as accurate, or are faster and accurate enough, and why they are not the winner; absent where none
/// did.
/// </param>
public sealed record ResultDecision(
    WinnerKind Kind,
    bool Feasible,
    string Reason,
    bool? Quantized = null,
    string? Stopped = null,
    bool? Unclear = null,
    string? PassedOver = null);
