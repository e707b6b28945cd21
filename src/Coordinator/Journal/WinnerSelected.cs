using Cluster.Coordinator.Plans;

namespace Cluster.Coordinator.Journal;

/// <summary>The search ended.</summary>
/// <param name="Plan">The winner, or the best so far where nothing is feasible.</param>
/// <param name="Feasible">Whether it keeps the accuracy that was asked for.</param>
/// <param name="Kind">Why it is the winner, as a closed kind.</param>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record WinnerSelected(Plan Plan, bool Feasible, WinnerKind Kind, string Reason) : JournalEvent;
