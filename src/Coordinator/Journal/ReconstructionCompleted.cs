using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Journal;

/// <summary>A plan's roundings were learned by one method, and it was decided whether what came of it takes the winner's place.</summary>
/// <param name="Item">What was asked.</param>
/// <param name="Result">What was found.</param>
/// <param name="Winner">The selection that replaces the one before, or null where that stays as it was.</param>
/// <param name="Ends">Whether the next method is left out: this one met the constraint, or no other could do better.</param>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record ReconstructionCompleted(ReconstructItem Item, ReconstructResult Result, WinnerSelected? Winner, bool Ends, string Reason) : JournalEvent;
