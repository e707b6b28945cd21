namespace Cluster.Coordinator.Journal;

/// <summary>The search ended.</summary>
/// <param name="Plan">The winner, or the best so far if nothing is feasible.</param>
/// <param name="Feasible">Whether it has the requested accuracy.</param>
/// <param name="Kind">Why it is the winner, as a closed kind.</param>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record WinnerSelected(Plan Plan, bool Feasible, WinnerKind Kind, string Reason) : JournalEvent
{
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
