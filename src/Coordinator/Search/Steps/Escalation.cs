using System.Globalization;
using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Plans;
using Cluster.Coordinator.Statistics;
using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Search.Steps;

/// <summary>
/// Learning the roundings of a plan, method by method until one is good enough: which is due, and what follows from
/// its result. The first item is a probe, which says which methods are worth it.
/// </summary>
internal sealed class Escalation : IPostSearchStep
{
    /// <summary>A probe that leaves more than this share of the plan's divergence says that weights are not its cause.</summary>
    private const double LargestRest = 0.9;

    public string Name => "reconstruct";

    public IReadOnlyList<int> Sequences { get; } = [.. Enum.GetValues<ReconstructionStep>().Select(ReconstructItem.SequenceOf)];

    public bool IsAskedFor(JobOptions options) => options.Reconstruct is not ReconstructionMode.Never;

    public string Title(JobOptions options, int sequence) =>
        ReconstructItem.TitleOf(MethodOf(sequence), options.ReconstructIterations ?? 0);

    public WorkItem? Due(JobState state) => PostSearchSteps.Next(state, this) is { } next && Target(state).Plan is { } plan
        ? new ReconstructItem(state.Spec.ReconstructionContext, plan, MethodOf(next), Iterations(state, MethodOf(next)))
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

    /// <summary>Whether a probe found that roundings alone are worth learning: then no method is left out.</summary>
    public static bool WeightsMatter(StepCompleted probe) => probe.Next == ReconstructItem.SequenceOf(ReconstructionStep.AdaRound);

    /// <summary>The plan that is reconstructed, and why that or none.</summary>
    public static ReconstructionTarget Target(JobState state) => state switch
    {
        { Selection: null } or { Spec.Options.Reconstruct: ReconstructionMode.Never } =>
            new ReconstructionTarget(null, "No reconstruction was asked for."),
        _ => ReconstructionTarget.Of(state.Memory, state.Selection, state.Spec.Options.Reconstruct!.Value),
    };

    // Whether roundings are worth learning, by the probe's images one by one and by its divergence.
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
        var (low, _) = FineTuneVerdict.Gain(PairedDrop.Of(plan, probed, ImageScope.Full));
        var matter = low > 0 || result.Kl <= LargestRest * plan.Kl;
        var next = matter ? ReconstructionStep.AdaRound : ReconstructionStep.QDrop;
        return new StepVerdict(Winner: null, ReconstructItem.SequenceOf(next), string.Create(
            CultureInfo.InvariantCulture,
            $"with FP32 weights and the same activations it {Found(state.Memory.Scale, probed)} "
            + $"where the plan {(plan.Losses is null ? $"is on {plan.Correct}" : Found(state.Memory.Scale, plan))}, "
            + $"and diverges from FP32 by {result.Kl:G3} nats where the plan does by "
            + $"{plan.Kl:G3}: weights "
            + $"{(matter ? "are a cause" : "are not the cause, so only QDrop is tried, which learns with quantized activations")}"));
    }

    // By the job's constraint, by latency and, for the winner's own plan, by its paired interval.
    private static StepVerdict Judge(JobState state, ReconstructItem item, ReconstructResult result)
    {
        var memory = state.Memory;
        var before = state.Winner!;
        var feasible = memory.IsAccurateEnough(result.Accuracy);
        var ownPlan = item.Plan.Equals(state.Selection!.Plan);
        StepVerdict Stays(string reason, bool ends = false) => new(Winner: null, ends ? null : After(item.Step), reason);
        StepVerdict Wins(WinnerKind kind, string reason) => new(
            new WinnerSelected(result.Plan, feasible, kind, Reason(state, item, feasible, reason)),
            feasible ? null : After(item.Step),
            reason);

        // 1. The file does what its simulation says, and something was learned.
        if (result.ParityFailure is { } refused)
        {
            return Stays($"the parity gate refuses the file: {refused}");
        }

        if (!result.Blocks.Any(block => block.Kept))
        {
            return Stays("no block lowered its loss on the held-out images and kept that in the evaluation");
        }

        // 2. In place of the plan that it was made from, or of a winner that is not accurate enough: only if it is shown to be better.
        var verdict = BetterThanWinner(state, memory, result);
        if (ownPlan && !verdict.Kept)
        {
            return Stays(verdict.Reason);
        }

        if (!feasible)
        {
            return !before.Feasible && verdict.Kept
                ? Wins(WinnerKind.NothingFeasible, verdict.Reason)
                : Stays($"{Lost(memory, result)}, which is not within the accepted drop");
        }

        // 3. Where the most accurate plan is looked for, it has the formats that were within the budgets. Else what is sold as fast is
        // faster than FP32, and than an accurate winner with other formats. No method changes which kernels run.
        if (memory.Objective.IsMostAccurate)
        {
            return Wins(WinnerKind.MostAccurate, verdict.Reason);
        }

        if (result.Latency is not { } latency || !Ties.IsFaster(latency.MedianMs, latency.Float32MedianMs))
        {
            return Stays("it is accurate enough but not faster than FP32", ends: true);
        }

        if (!ownPlan && before.Feasible && memory.Ms(before.Plan) is { } winnerMs && !Ties.IsFaster(Scaled(memory, latency), winnerMs))
        {
            return Stays(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"it is accurate enough but not faster than the winner: {Scaled(memory, latency):G4} ms against {winnerMs:G4} ms"),
                ends: true);
        }

        return Wins(WinnerKind.Faster, ownPlan ? verdict.Reason : string.Create(
            CultureInfo.InvariantCulture,
            $"{Lost(memory, result)}, which is within the accepted drop, at "
            + $"{latency.Float32MedianMs / latency.MedianMs:F2} times the speed of FP32"));
    }

    private static ReconstructionStep MethodOf(int sequence) =>
        Enum.GetValues<ReconstructionStep>().Single(step => ReconstructItem.SequenceOf(step) == sequence);

    private static int Iterations(JobState state, ReconstructionStep step) =>
        step == ReconstructionStep.Probe ? 0 : state.Spec.Options.ReconstructIterations!.Value;

    private static int? After(ReconstructionStep step) =>
        step == ReconstructionStep.QDrop ? null : ReconstructItem.SequenceOf(step + 1);

    private static FineTuneVerdict BetterThanWinner(JobState state, SearchMemory memory, ReconstructResult result) =>
        (state.Kept?.Accuracy ?? memory.Full(state.Selection!.Plan)) is { } before
            ? FineTuneVerdict.Of(PairedDrop.Of(before, result.Accuracy, ImageScope.Full), "the reconstructed file", scale: memory.Scale)
            : new FineTuneVerdict(Kept: false, "the winner was not measured on the whole evaluation set");

    // As the search scales its own: by the FP32 runs that were interleaved.
    private static double Scaled(SearchMemory memory, LatencyResult latency) =>
        memory.BaselineMs is { } baselineMs ? latency.MedianMs * (baselineMs / latency.Float32MedianMs) : latency.MedianMs;

    private static string Lost(SearchMemory memory, ReconstructResult result)
    {
        var drop = PairedDrop.Of(memory.Full(memory.Baseline)!, result.Accuracy, ImageScope.Full).Drop;
        var difference = drop == 0
            ? "as accurate as FP32"
            : memory.Scale.Compare(new Interval(drop, drop), drop);
        return $"the reconstructed file is {difference}{memory.Note(result.Accuracy)}";
    }

    private static string Found(MetricScale scale, AccuracyResult found) => found.Losses is null
        ? $"is right on {found.Correct} of {found.Total} evaluation images"
        : $"has {MetricScale.Level(scale.Metric, found.Level)} of {scale.Metric.Title()}";

    private static string Reason(JobState state, ReconstructItem item, bool feasible, string reason)
    {
        var selection = state.Selection!;
        return item.Plan.Equals(selection.Plan) && feasible == selection.Feasible
            ? $"{selection.Reason} Reconstructed by {item.Step.Title()}: {reason}."
            : !feasible
            ? $"No quantized plan is accurate enough: this is the most accurate, {FormatShares.Of(item.Plan)} "
                + $"with roundings learned by {item.Step.Title()}; {reason}."
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{FormatShares.Of(item.Plan)} with roundings learned by {item.Step.Title()}, "
                + $"without which they were not accurate enough: {reason}.");
    }
}
