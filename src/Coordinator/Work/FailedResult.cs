namespace Cluster.Coordinator.Work;

/// <summary>The item has no result.</summary>
/// <param name="Kind">Why, as a closed kind that decides whether to try again.</param>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record FailedResult(FailureKind Kind, string Reason) : WorkResult;
