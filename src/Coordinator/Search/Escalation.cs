namespace Cluster.Coordinator.Search;

/// <summary>
/// Learns the roundings of a plan, method by method until one is good enough; if none is, those of a second plan. Decides which item is
/// due, and what follows from its result. A plan's first item is a probe, which says which methods are worthwhile.
/// </summary>
internal sealed class Escalation : IPostSearchStep
{
    /// <summary>If a probe leaves more than this share of the plan's divergence, weights are not its cause.</summary>
    private const double LargestRest = 0.9;

    // The most plans to reconstruct, one after another.
    private const int Ranks = 2;

    private static readonly (ReconstructionStep Step, int Rank)[] Items =
        [.. Enumerable.Range(0, Ranks).SelectMany(rank => Enum.GetValues<ReconstructionStep>().Select(step => (step, rank)))];

    public string Name => "reconstruct";

    public IReadOnlyList<int> Sequences { get; } = [.. Items.Select(item => ReconstructItem.SequenceOf(item.Step, item.Rank))];

    public bool IsAskedFor(JobOptions options) => options.Reconstruct is not ReconstructionMode.Never;

    public string Title(JobOptions options, int sequence) => ReconstructItem.TitleOf(
        Of(sequence).Step, options.Iterations ?? 0, Of(sequence).Rank);

    public string Purpose(JobState state) => Due(state) is { } due
        ? $"{Name}, {RungPrice.Words(RungPrice.Seconds(state, due))} ({LearningBudget.Words(state, Target(state).Plans.Count)})"
        : Name;

    public WorkItem? Due(JobState state) =>
        PostSearchSteps.Next(state, this) is { } next && Of(next) is var (step, rank) && PlanOf(state, rank) is { } plan
        && !LearningBudget.IsSpent(state)
            ? new ReconstructItem(state.Spec.ReconstructionContext, plan, step, Iterations(state, step)) { Rank = rank }
            : null;

    public bool Accepts(JobState state, StepEvent ended) => ended.Item is ReconstructItem item
        && item.Iterations == Iterations(state, item.Step)
        && string.Equals(item.Context, state.Spec.ReconstructionContext, StringComparison.Ordinal)
        && (ended is StepFailed
            || (item.Step == ReconstructionStep.Probe
                ? ended is StepCompleted { Result: WeightProbeResult, Winner: null }
                : ended is StepCompleted { Result: ReconstructResult }));

    public StepVerdict Judge(JobState state, WorkItem item, WorkResult result) => result is WeightProbeResult probe
        ? Judge(state, (ReconstructItem)item, probe)
        : Judge(state, (ReconstructItem)item, (ReconstructResult)result);

    /// <summary>Whether a probe found that roundings alone are worth learning: then no method is skipped.</summary>
    public static bool WeightsMatter(StepCompleted probe) =>
        probe.Item is ReconstructItem { Rank: var rank } && probe.Next == ReconstructItem.SequenceOf(ReconstructionStep.AdaRound, rank);

    /// <summary>The plans to reconstruct, and the reason for them or for none.</summary>
    public static ReconstructionTarget Target(JobState state) => state switch
    {
        { Selection: null } or { Spec.Options.Reconstruct: ReconstructionMode.Never } =>
            new ReconstructionTarget([], "No reconstruction was asked for."),
        _ => ReconstructionTarget.Of(state.Memory, state.Selection, state.Spec.Options.Reconstruct!.Value),
    };

    /// <summary>Why a started reconstruction did not continue, in a sentence; null if it was completed.</summary>
    public static string? WhyStopped(JobState state) =>
        state.Steps.LastOrDefault(ended => PostSearchSteps.IsOf(ended, PostSearchSteps.Reconstruction)) is StepCompleted { Next: not null }
            ? PostSearchSteps.WhyNone(state) ?? (LearningBudget.IsSpent(state) ? LearningBudget.WhySpent(state) : null)
            : null;

    // Results count as further evaluated plans, after which another plan may count as refused: a started reconstruction keeps its plan.
    private static Plan? PlanOf(JobState state, int rank)
    {
        var begun = state.Steps.Select(ended => ended.Item).OfType<ReconstructItem>().ToLookup(item => item.Rank);
        return begun[rank].FirstOrDefault()?.Plan ?? Target(state).Plans
            .Where(plan => !begun.SelectMany(items => items).Any(item => item.Plan.HasFormatsOf(plan)))
            .ElementAtOrDefault(rank - begun.Count);
    }

    // Whether roundings are worth learning, from the probe's images one by one and from its divergence.
    private static StepVerdict Judge(JobState state, ReconstructItem item, WeightProbeResult result)
    {
        var plan = state.Memory.Full(item.Plan)!;
        var probed = plan with
        {
            Correct = result.Correct,
            Total = result.Total,
            CorrectBits = result.CorrectBits,
            Losses = result.Losses,
        };
        var (low, _) = LearnedVerdict.Gain(PairedDrop.Of(plan, probed, ImageScope.Full));
        var matter = low > 0 || result.Kl <= LargestRest * plan.Kl;
        var next = matter ? ReconstructionStep.AdaRound : ReconstructionStep.QDrop;
        return new StepVerdict(Winner: null, ReconstructItem.SequenceOf(next, item.Rank),
            $"with FP32 weights and the same activations it {Found(state.Memory.Scale, probed)} "
            + $"where the plan {(plan.Losses is null ? $"is on {plan.Correct}" : Found(state.Memory.Scale, plan))}, "
            + $"and diverges from FP32 by {result.Kl:G3} nats where the plan does by "
            + $"{plan.Kl:G3}: weights "
            + $"{(matter ? "are a cause" : "are not the cause, so only QDrop is tried, which learns with quantized activations")} "
            + $"({LearningBudget.Words(state, Target(state).Plans.Count)})");
    }

    private static StepVerdict Judge(JobState state, ReconstructItem item, ReconstructResult result)
    {
        var next = item.Step != ReconstructionStep.QDrop ? ReconstructItem.SequenceOf(item.Step + 1, item.Rank)
            : item.Rank + 1 < Ranks && PlanOf(state, item.Rank + 1) is not null
            ? ReconstructItem.SequenceOf(ReconstructionStep.Probe, item.Rank + 1)
            : (int?)null;
        return result.ParityFailure is null && !result.Blocks.Any(block => block.Kept)
            ? new StepVerdict(Winner: null, next, "no block lowered its loss on the held-out images and kept that in the evaluation")
            : new LearnedJudge(
                state,
                "the reconstructed file",
                $"with roundings learned by {item.Step.Title()}",
                $"Reconstructed by {item.Step.Title()}").Judge(item.Plan, result, next);
    }

    private static (ReconstructionStep Step, int Rank) Of(int sequence) =>
        Items.Single(item => ReconstructItem.SequenceOf(item.Step, item.Rank) == sequence);

    private static int Iterations(JobState state, ReconstructionStep step) =>
        step == ReconstructionStep.Probe ? 0 : state.Spec.Options.Iterations!.Value;

    private static string Found(MetricScale scale, AccuracyResult found) => found.Losses is null
        ? $"is right on {found.Correct} of {found.Total} evaluation images"
        : $"has {scale.Level(found.Level)} of {scale.Metric.Title()}";
}
