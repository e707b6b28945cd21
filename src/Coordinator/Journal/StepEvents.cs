using System.Text.Json.Serialization;
using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Journal;

/// <summary>An item of a step after the search has ended.</summary>
/// <param name="Step">The step's name.</param>
/// <param name="Item">What was asked.</param>
public abstract record StepEvent(string Step, WorkItem Item) : JournalEvent
{
    /// <summary>The number under which attempts at the item are kept; 0, which is no step's, for an item of the search.</summary>
    [JsonIgnore]
    public int Sequence => Item.StepSequence ?? 0;
}

/// <summary>An item of a step has its result, and it was decided what follows from it.</summary>
/// <param name="Step">See <see cref="StepEvent"/>.</param>
/// <param name="Item">See <see cref="StepEvent"/>.</param>
/// <param name="Result">What was found.</param>
/// <param name="Winner">The selection that replaces the one before, or null where that stays as it was.</param>
/// <param name="Next">The <see cref="WorkItem.StepSequence"/> of the item that the step goes on with, or null where it is over.</param>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record StepCompleted(
    string Step, WorkItem Item, WorkResult Result, WinnerSelected? Winner, int? Next, string Reason) : StepEvent(Step, Item)
{
    /// <summary>The result that took the winner's place, or null.</summary>
    [JsonIgnore]
    public LearnedResult? Kept => Winner is null ? null : Result as LearnedResult;
}

/// <summary>
/// An item of a step ended without a result for a reason of its own; the winner stays as it was, the step's next item
/// follows.
/// </summary>
/// <param name="Step">See <see cref="StepEvent"/>.</param>
/// <param name="Item">See <see cref="StepEvent"/>.</param>
/// <param name="Failure">Why.</param>
/// <param name="Attempts">How often it was tried.</param>
public sealed record StepFailed(string Step, WorkItem Item, FailedResult Failure, int Attempts) : StepEvent(Step, Item);
