namespace Cluster.Coordinator.Journal;

/// <summary>An item of a step after the search has ended.</summary>
/// <param name="Step">The step's name.</param>
/// <param name="Item">The item.</param>
public abstract record StepEvent(string Step, WorkItem Item) : JournalEvent
{
    /// <summary>The number under which the item's attempts are stored; 0, which no step uses, for an item of the search.</summary>
    [JsonIgnore]
    public int Sequence => Item.StepSequence ?? 0;
}

/// <summary>A step's item has its result, and the next step was decided.</summary>
/// <param name="Step">See <see cref="StepEvent"/>.</param>
/// <param name="Item">See <see cref="StepEvent"/>.</param>
/// <param name="Result">The result.</param>
/// <param name="Winner">The selection that replaces the previous one, or null if that stays.</param>
/// <param name="Next">The <see cref="WorkItem.StepSequence"/> of the step's next item, or null if the step has ended.</param>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record StepCompleted(
    string Step, WorkItem Item, WorkResult Result, WinnerSelected? Winner, int? Next, string Reason) : StepEvent(Step, Item)
{
    /// <summary>The result that took the winner's place, or null.</summary>
    [JsonIgnore]
    public LearnedResult? Kept => Winner is null ? null : Result as LearnedResult;
}

/// <summary>
/// A step's item ended without a result, for a reason in the item itself; the winner stays, and the step's next item follows.
/// </summary>
/// <param name="Step">See <see cref="StepEvent"/>.</param>
/// <param name="Item">See <see cref="StepEvent"/>.</param>
/// <param name="Failure">Why.</param>
/// <param name="Attempts">How often it was tried.</param>
public sealed record StepFailed(string Step, WorkItem Item, FailedResult Failure, int Attempts) : StepEvent(Step, Item);
