namespace Cluster.Coordinator.Search;

/// <summary>The steps after the search, and which of their items is due.</summary>
public static class PostSearchSteps
{
    /// <summary>Learned roundings: see <see cref="Escalation"/>.</summary>
    public static IPostSearchStep Reconstruction { get; } = new Escalation();

    /// <summary>Quantization-aware training of the winner.</summary>
    public static IPostSearchStep FineTuning { get; } = new FineTuning();

    /// <summary>All steps, in their order.</summary>
    public static IReadOnlyList<IPostSearchStep> All { get; } = [Reconstruction, FineTuning];

    /// <summary>The job's current item and its step, or null after the last one.</summary>
    public static DueStep? Due(JobState state)
    {
        var ends = WhyNone(state) is not null;
        return state.IsCompleted || (ends && state.Retimings == 0)
            ? null
            : All.Select(step => step.Due(state) is { } item ? new DueStep(step, item) : null)
                .FirstOrDefault(due => due is not null && (!ends || state.Taken(due.Item) is not null));
    }

    /// <summary>
    /// Why no further step is taken, in a sentence: the job was stopped, its budget is spent, or learning cannot change what is missing;
    /// null if steps continue.
    /// </summary>
    public static string? WhyNone(JobState state) => state.Stopped is { } stopped
        ? $"It was left out: the job was stopped, as {stopped.Reason}."
        : state.Selection is { Feasible: false, Plan: var nearest } && !state.Memory.Objective.Fits(nearest)
            && ReconstructionTarget.Silent(state.Memory, state.Selection) is null
        ? "It was left out: no plan is within the budget, and learned numbers change neither time nor size."
        : state.Spec.Options.BudgetEvaluations is { } budget && state.Memory.BudgetLeft == 0
        ? $"It was left out: the budget of {budget} evaluations is spent."
        : null;

    /// <summary>
    /// The number of a step's next item according to the journal, even if there is no plan for it; null if the step has ended, was not
    /// requested, or a later one has started.
    /// </summary>
    public static int? Next(JobState state, IPostSearchStep step)
    {
        if (state.Selection is null || !step.IsAskedFor(state.Spec.Options) || state.Steps.Any(ended => Place(ended) > Place(step.Name)))
        {
            return null;
        }

        return state.Steps.LastOrDefault(ended => IsOf(ended, step)) switch
        {
            null => step.Sequences[0],
            StepCompleted completed => completed.Next,
            var failed => After(step, failed.Sequence),
        };
    }

    /// <summary>The step that an item's number belongs to, or null.</summary>
    public static IPostSearchStep? Of(int sequence) => All.FirstOrDefault(step => step.Sequences.Contains(sequence));

    /// <summary>Whether an event belongs to a step.</summary>
    public static bool IsOf(StepEvent ended, IPostSearchStep step) => string.Equals(ended.Step, step.Name, StringComparison.Ordinal);

    /// <summary>Whether an event belongs to a step before another.</summary>
    internal static bool IsBefore(StepEvent ended, IPostSearchStep step) => Place(ended) < Place(step.Name);

    private static int? After(IPostSearchStep step, int sequence) => step.Sequences
        .SkipWhile(known => known != sequence)
        .Skip(1)
        .Select(next => (int?)next)
        .FirstOrDefault();

    private static int Place(StepEvent ended) => Place(ended.Step);

    private static int Place(string name) => All.TakeWhile(step => !string.Equals(step.Name, name, StringComparison.Ordinal)).Count();
}

/// <summary>The current item.</summary>
/// <param name="Step">The step.</param>
/// <param name="Item">Its item.</param>
public sealed record DueStep(IPostSearchStep Step, WorkItem Item);
