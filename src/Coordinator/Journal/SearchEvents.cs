namespace Cluster.Coordinator.Journal;

/// <summary>The job and its search space; always the first event.</summary>
/// <param name="JobId">The spec's identity.</param>
/// <param name="Spec">The job's spec.</param>
/// <param name="Space">The search space.</param>
public sealed record JobSubmitted(string JobId, JobSpec Spec, SearchSpace Space) : JournalEvent
{
    /// <summary>The version of journals that this code writes.</summary>
    public const string CurrentSchema = "cluster.journal/v1";

    /// <summary>The journal's version.</summary>
    public string Schema { get; init; } = CurrentSchema;
}

/// <summary>The search ended.</summary>
/// <param name="Plan">The winner, or the best so far if nothing is feasible.</param>
/// <param name="Feasible">Whether it has the requested accuracy.</param>
/// <param name="Kind">Why it is the winner, as a closed kind.</param>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record WinnerSelected(Plan Plan, bool Feasible, WinnerKind Kind, string Reason) : JournalEvent
{
    /// <summary>Whether a deployed winner holds its promises; null for a job that searched.</summary>
    public ProofVerdict? Proof { get; init; }

    /// <summary>How an unclear job of a server is timed again: `run --retime` times one of this machine.</summary>
    public const string SubmitAgain = "submit it again when its node is idle, as a server times no finished job again";

    /// <summary>The kind, given the winner's own last time: that of learned numbers, and of journals that had no such kind.</summary>
    public WinnerKind KindBy(LatencyResult? timed) =>
        Kind == WinnerKind.Faster && timed is { IsUnclear: true } ? WinnerKind.Unclear : Kind;
}

/// <summary>How a search ended.</summary>
public enum WinnerKind
{
    /// <summary>A quantized plan is accurate enough and faster than FP32, by its whole interval.</summary>
    Faster,

    /// <summary>Quantized plans are accurate enough but none is faster: FP32 itself wins.</summary>
    NothingFaster,

    /// <summary>No quantized plan that was tried is accurate enough: the winner is the most accurate of them.</summary>
    NothingFeasible,

    /// <summary>The most accurate plan within the budgets, as requested: quantized, or FP32 itself.</summary>
    MostAccurate,

    /// <summary>
    /// A quantized plan is accurate enough, but its interval leaves open whether it or FP32 is faster: the winner is what measured as
    /// faster.
    /// </summary>
    Unclear,
}

/// <summary>Whether a promise holds, the best first.</summary>
public enum ProofVerdict
{
    /// <summary>It holds.</summary>
    Holds,

    /// <summary>What was measured leaves it open.</summary>
    Unclear,

    /// <summary>It is refuted.</summary>
    Lapsed,
}

/// <summary>
/// The job shall end with the best plan found. Proposed items without a result are dropped; only the few that every answer needs still
/// follow. The runner's clock led to it, but decisions read only this event.
/// </summary>
/// <param name="Reason">Why, as half a sentence: "its 10 minutes are over".</param>
/// <param name="MaxMinutes">The elapsed time limit in minutes; null if the job was asked to stop.</param>
public sealed record SearchStopped(string Reason, double? MaxMinutes = null) : JournalEvent;

/// <summary>
/// A stopped job continues with a longer time limit. Its journal is used up to the stop, so that it decides as if it had never stopped.
/// </summary>
/// <param name="MaxMinutes">The new total limit in minutes; null: none.</param>
public sealed record SearchContinued(double? MaxMinutes) : JournalEvent;

/// <summary>
/// A finished job's finalists are timed again, and the winner is selected anew. What its steps found is used again where it is asked for
/// again.
/// </summary>
public sealed record SearchRetimed : JournalEvent;

/// <summary>A file of the result exists.</summary>
/// <param name="Name">Its role, such as "winner.qdq.onnx".</param>
/// <param name="Sha256">Digest of its bytes.</param>
/// <param name="SizeBytes">Its size.</param>
public sealed record ArtefactPublished(string Name, string Sha256, long SizeBytes) : JournalEvent;
