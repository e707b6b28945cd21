namespace Cluster.Silo.Workers.Child;

/// <summary>Why this side ended a child.</summary>
/// <param name="Kind">The failure of its item.</param>
/// <param name="Reason">The reason in a sentence.</param>
/// <param name="IsCancelled">Whether its item was cancelled, so that it has no failure.</param>
internal sealed record ChildEnd(FailureKind Kind, string Reason, bool IsCancelled = false);
