using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Search.Steps;

/// <summary>
/// Something that is tried on the winner, or on a faster plan that was refused, after the search, item by item; each item is measured and
/// judged, and what came of it may take the winner's place. Without state: everything is a function of the journal. Its place in the order
/// is <see cref="PostSearchSteps.All"/>'s.
/// </summary>
public interface IPostSearchStep
{
    /// <summary>The step in journals, and what a candidate that comes of it is for.</summary>
    string Name { get; }

    /// <summary>The <see cref="WorkItem.StepSequence"/> of each item that it may ask for, in their order: no other step's.</summary>
    IReadOnlyList<int> Sequences { get; }

    /// <summary>Whether a job asks for it at all.</summary>
    bool IsAskedFor(JobOptions options);

    /// <summary>What an item is, in a few words, from its number alone.</summary>
    string Title(JobOptions options, int sequence);

    /// <summary>What is tried and how much that may take at most, in a few words: said before each item.</summary>
    string Purpose(JobState state);

    /// <summary>The item to be done now, with the number that <see cref="PostSearchSteps.Next"/> says, or null.</summary>
    WorkItem? Due(JobState state);

    /// <summary>
    /// Whether an item that has the number which is due can have been asked for, and ended so. Whether this version
    /// would ask for it is not the question: another version's journal has to be read all the same.
    /// </summary>
    bool Accepts(JobState state, StepEvent ended);

    /// <summary>What follows from a result of an item that was due.</summary>
    StepVerdict Judge(JobState state, WorkItem item, WorkResult result);
}

/// <summary>What follows from a result.</summary>
/// <param name="Winner">The selection that replaces the one before, or null where that stays as it was.</param>
/// <param name="Next">The number of the item that the step goes on with, or null where it is over.</param>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record StepVerdict(WinnerSelected? Winner, int? Next, string Reason);
