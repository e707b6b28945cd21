namespace Cluster.Grains.Jobs;

/// <summary>The work of attempts on a node.</summary>
/// <param name="Place">The kind of slot that can run it.</param>
/// <param name="Lease">How long it continues without a query.</param>
/// <param name="Item">The item in serialized form.</param>
/// <param name="Speculative">The identifier of its speculative attempt; null if there is none.</param>
/// <param name="Kind">The kind of machine that it is timed on; null: the job's own.</param>
internal sealed record GrainWork(
    WorkPlace Place,
    TimeSpan Lease,
    Carried Item,
    SpeculativeId? Speculative = null,
    string? Kind = null);
