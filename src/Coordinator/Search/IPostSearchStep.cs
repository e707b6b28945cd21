namespace Cluster.Coordinator.Search;

/// <summary>
/// A step after the search: it tries something on the winner, or on a faster plan that was refused, item by item; each item is measured and
/// judged, and its result may replace the winner. Stateless: everything is a function of the journal. <see cref="PostSearchSteps.All"/>
/// defines the order of steps.
/// </summary>
public interface IPostSearchStep
{
    /// <summary>The step's name in journals, and the purpose of its candidates.</summary>
    string Name { get; }

    /// <summary>The <see cref="WorkItem.StepSequence"/> of each of its possible items, in their order; unique among all steps.</summary>
    IReadOnlyList<int> Sequences { get; }

    /// <summary>Whether a job requests it at all.</summary>
    bool IsAskedFor(JobOptions options);

    /// <summary>An item in a few words, from its number alone.</summary>
    string Title(JobOptions options, int sequence);

    /// <summary>The step's work and its longest time, in a few words; shown before each item.</summary>
    string Purpose(JobState state);

    /// <summary>The current item, with the number given by <see cref="PostSearchSteps.Next"/>, or null.</summary>
    WorkItem? Due(JobState state);

    /// <summary>
    /// Whether an item with the due number can have been requested, and ended so. It does not matter whether this version would request it:
    /// journals of other versions must be readable too.
    /// </summary>
    bool Accepts(JobState state, StepEvent ended);

    /// <summary>The consequence of a due item's result.</summary>
    StepVerdict Judge(JobState state, WorkItem item, WorkResult result);
}

/// <summary>The consequence of a result.</summary>
/// <param name="Winner">The selection that replaces the previous one, or null if that stays.</param>
/// <param name="Next">The number of the step's next item, or null if the step has ended.</param>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record StepVerdict(WinnerSelected? Winner, int? Next, string Reason);
