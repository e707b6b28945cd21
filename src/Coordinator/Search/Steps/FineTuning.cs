using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Plans;
using Cluster.Coordinator.Statistics;
using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Search.Steps;

/// <summary>
/// Whether a job's winner is fine-tuned, and whether what came of it replaces it. One item: the winner with what an
/// earlier step made of it.
/// </summary>
internal sealed class FineTuning : IPostSearchStep
{
    public string Name => "fine-tune";

    public IReadOnlyList<int> Sequences { get; } = [FineTuneItem.Sequence];

    public bool IsAskedFor(JobOptions options) => options.FineTune is not FineTuneMode.Never;

    public string Title(JobOptions options, int sequence) => FineTuneItem.TitleOf(options.Epochs ?? 0);

    public WorkItem? Due(JobState state) =>
        PostSearchSteps.Next(state, this) is not null && WhyNot(state) is null ? Item(state) : null;

    public bool Accepts(JobState state, StepEvent ended) => ended.Item.Equals(Item(state))
        && ended is StepFailed or StepCompleted { Result: FineTuneResult, Next: null };

    /// <summary>Judges a result by its paired interval against the winner on the evaluation images, and by its latency.</summary>
    public StepVerdict Judge(JobState state, WorkItem item, WorkResult result) => Judge(state, (FineTuneResult)result);

    /// <summary>Why the winner is not fine-tuned, in a sentence; null where it is.</summary>
    public static string? WhyNot(JobState state)
    {
        if (Untuned(state) is not { } selection || state.Spec.Options.FineTune is FineTuneMode.Never)
        {
            return "No fine-tuning was asked for.";
        }

        if (selection.Plan.IsBaseline)
        {
            return "The result is the FP32 network, which has no quantized numbers to train.";
        }

        var memory = state.Memory;
        if (Before(state, memory) is not { } before || memory.Full(memory.Baseline) is not { } reference)
        {
            return "The winner was not measured on the whole evaluation set, so nothing could be compared with it.";
        }

        return state.Spec.Options.FineTune == FineTuneMode.Auto
            && selection.Feasible
            && PairedDrop.Of(reference, before, ImageScope.Full).Drop <= 0
            ? "The winner is as accurate as FP32 on the evaluation images, so there is nothing to win back."
            : null;
    }

    // What it begins with: the search's winner, or what an earlier step put in its place.
    private static WinnerSelected? Untuned(JobState state) => state.WinnerBefore(PostSearchSteps.FineTuning);

    private static FineTuneItem Item(JobState state) => new(
        state.Spec.FineTuneContext,
        Untuned(state)!.Plan,
        state.Spec.Options.Epochs!.Value,
        state.KeptBefore(PostSearchSteps.FineTuning)?.Learned);

    private static StepVerdict Judge(JobState state, FineTuneResult result)
    {
        var memory = state.Memory;
        var selection = Untuned(state)!;
        static StepVerdict Stays(string reason) => new(Winner: null, Next: null, reason);

        // 1. The file does what its simulation says, and is better than the winner's.
        if (result.ParityFailure is { } refused)
        {
            return Stays($"the parity gate refuses the trained file: {refused}");
        }

        var verdict = FineTuneVerdict.Of(
            PairedDrop.Of(Before(state, memory)!, result.Accuracy, ImageScope.Full), scale: memory.Scale);
        if (!verdict.Kept)
        {
            return Stays(verdict.Reason);
        }

        // 2. What is sold as fast and accurate is both.
        var feasible = memory.IsAccurateEnough(result.Accuracy);
        if (selection.Feasible && !feasible)
        {
            return Stays("the trained file is more accurate than the winner but not surely within the accepted drop");
        }

        if (feasible
            && !memory.Objective.IsMostAccurate
            && !(result.Latency is { } latency && Ties.IsFaster(latency.MedianMs, latency.Float32MedianMs)))
        {
            return Stays("the trained file is accurate enough but not faster than FP32");
        }

        var kind = !feasible ? WinnerKind.NothingFeasible : memory.Objective.IsMostAccurate ? WinnerKind.MostAccurate : WinnerKind.Faster;
        return new StepVerdict(
            new WinnerSelected(result.Plan, feasible, kind, Reason(selection, feasible, verdict)), Next: null, verdict.Reason);
    }

    private static AccuracyResult? Before(JobState state, SearchMemory memory) =>
        state.KeptBefore(PostSearchSteps.FineTuning)?.Accuracy ?? memory.Full(state.Selection!.Plan);

    // A selection that was infeasible says so in its reason, which is no longer true of a trained plan that is not.
    private static string Reason(WinnerSelected selection, bool feasible, FineTuneVerdict verdict) => feasible && !selection.Feasible
        ? $"No quantized plan was accurate enough before fine-tuning; of the most accurate one, {verdict.Reason}."
        : $"{selection.Reason} Fine-tuned: {verdict.Reason}.";
}
