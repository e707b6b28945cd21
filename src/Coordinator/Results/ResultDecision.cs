namespace Cluster.Coordinator.Results;

/// <summary>Why the winner won.</summary>
/// <param name="Kind">The kind of reason.</param>
/// <param name="Feasible">Whether it has the requested accuracy.</param>
/// <param name="Reason">In a sentence.</param>
/// <param name="Quantized">Whether the winner's file is quantized; false: it is the original network.</param>
/// <param name="Stopped">Why the job ended early, as half a sentence; null if it did not.</param>
/// <param name="PassedOver">
/// How many plans measured as fast and as accurate, or are faster and accurate enough, and why they did not win; absent if there are none.
/// </param>
public sealed record ResultDecision(
    WinnerKind Kind,
    bool Feasible,
    string Reason,
    bool? Quantized = null,
    string? Stopped = null,
    string? PassedOver = null);
