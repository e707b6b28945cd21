using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Journal;

/// <summary>The winner was fine-tuned, and it was decided whether what came of it takes the winner's place.</summary>
/// <param name="Item">The item's id.</param>
/// <param name="Result">What was found.</param>
/// <param name="Winner">The selection that replaces the search's, or null where the winner stays as it was.</param>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record FineTuneCompleted(string Item, FineTuneResult Result, WinnerSelected? Winner, string Reason) : JournalEvent;
