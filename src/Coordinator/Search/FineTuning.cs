namespace Cluster.Coordinator.Search;

/// <summary>
/// Chooses the plans to fine-tune, and decides whether a result replaces the winner. Faster plans that were refused for their accuracy come
/// first, as they have speed to gain; then the winner, including an earlier step's changes. After an accurate enough one, no other follows.
/// </summary>
internal sealed class FineTuning : IPostSearchStep
{
    // Two refused plans and the winner's own.
    private const int Ranks = 3;

    public string Name => "fine-tune";

    public IReadOnlyList<int> Sequences { get; } = [.. Enumerable.Range(0, Ranks).Select(FineTuneItem.SequenceOf)];

    public bool IsAskedFor(JobOptions options) => options.FineTune is not FineTuneMode.Never;

    public string Title(JobOptions options, int sequence) => FineTuneItem.TitleOf(options.Epochs ?? 0, RankOf(sequence));

    public string Purpose(JobState state) => Due(state) is { } due
        ? $"{Name}, {RungPrice.Words(RungPrice.Seconds(state, due))} (at most {Starts(state).Plans.Count} plans, "
            + $"{FineTuneItem.EpochsOf(state.Spec.Options.Epochs!.Value)} each)"
        : Name;

    public WorkItem? Due(JobState state) =>
        PostSearchSteps.Next(state, this) is { } next
            ? Item(state, RankOf(next), Tried(state))
            : null;

    public bool Accepts(JobState state, StepEvent ended) => ended.Item is FineTuneItem item
        && item.Epochs == state.Spec.Options.Epochs
        && string.Equals(item.Context, state.Spec.FineTuneContext, StringComparison.Ordinal)
        && ended is StepFailed or StepCompleted { Result: FineTuneResult };

    public StepVerdict Judge(JobState state, WorkItem item, WorkResult result)
    {
        var (asked, found) = ((FineTuneItem)item, (FineTuneResult)result);
        var next = asked.Rank + 1 < Ranks && Item(state, asked.Rank + 1, [.. Tried(state), asked]) is { } another
            ? another.StepSequence
            : null;
        return new LearnedJudge(state, "the trained file", "fine-tuned", "Fine-tuned").Judge(asked.Plan, found, next);
    }

    /// <summary>Why nothing is fine-tuned, in a sentence; null if something is.</summary>
    public static string? WhyNot(JobState state) => Starts(state) is ([], var reason) ? reason : null;

    private static IEnumerable<FineTuneItem> Tried(JobState state) => state.Steps.Select(ended => ended.Item).OfType<FineTuneItem>();

    private static FineTuneItem? Item(JobState state, int rank, IEnumerable<FineTuneItem> tried) => Starts(state).Plans
        .Where(start => !tried.Any(item => item.Plan.HasFormatsOf(start.Plan)))
        .Select(start => new FineTuneItem(state.Spec.FineTuneContext, start.Plan, state.Spec.Options.Epochs!.Value, start.Learned)
        {
            Rank = rank,
        })
        .FirstOrDefault();

    private static (IReadOnlyList<(Plan Plan, string? Learned)> Plans, string Reason) Starts(JobState state)
    {
        // The start: the search's winner, or an earlier step's replacement.
        if (state.WinnerBefore(PostSearchSteps.FineTuning) is not { } winner || state.Spec.Options.FineTune is FineTuneMode.Never)
        {
            return ([], "No fine-tuning was asked for.");
        }

        if (ReconstructionTarget.Silent(state.Memory, winner) is { } silent)
        {
            return ([Learned(state, silent.Plan)], string.Empty);
        }

        var refused = LossyPlan.Fastest(state.Memory, winner).Select(one => Learned(state, one.Plan)).ToList();
        var whyNotItself = WhyNotItself(state, winner);
        if (whyNotItself is null && !refused.Any(one => one.Plan.HasFormatsOf(winner.Plan)))
        {
            refused.Add((winner.Plan, state.KeptBefore(PostSearchSteps.FineTuning)?.Learned));
        }

        return (refused, whyNotItself ?? string.Empty);
    }

    private static string? WhyNotItself(JobState state, WinnerSelected winner)
    {
        var memory = state.Memory;
        if (winner.Plan.IsBaseline)
        {
            return "The result is the FP32 network, which has no quantized numbers to train, and no plan that was refused for its accuracy "
                + "alone is shown to be faster by more than a tie.";
        }

        if ((state.KeptBefore(PostSearchSteps.FineTuning)?.Accuracy ?? memory.Full(winner.Plan)) is not { } before
            || memory.Full(memory.Baseline) is not { } reference)
        {
            return "The winner was not measured on the whole evaluation set, so nothing could be compared with it.";
        }

        return state.Spec.Options.FineTune == FineTuneMode.Auto
            && winner.Feasible
            && PairedDrop.Of(reference, before, ImageScope.Full).Drop <= 0
            ? "The winner is as accurate as FP32 on the evaluation images, so there is nothing to win back."
            : null;
    }

    // With its best learned roundings, if they are kept: those of a file that was worth timing.
    private static (Plan Plan, string? Learned) Learned(JobState state, Plan plan) => state.Steps
        .OfType<StepCompleted>()
        .Where(ended => ended.Item is ReconstructItem item && item.Plan.Equals(plan))
        .Select(ended => ended.Result)
        .OfType<ReconstructResult>()
        .Where(result => result is { ParityFailure: null, Latency: not null })
        .OrderBy(result => result.Accuracy.Loss)
        .ThenBy(result => result.Accuracy.Kl)
        .Select(result => (result.Plan, (string?)result.Learned))
        .Append((plan, null))
        .First();

    private static int RankOf(int sequence) => Enumerable.Range(0, Ranks).Single(rank => FineTuneItem.SequenceOf(rank) == sequence);
}
