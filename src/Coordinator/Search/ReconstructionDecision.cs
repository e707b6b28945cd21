using System.Globalization;
using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Plans;
using Cluster.Coordinator.Statistics;
using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Search;

/// <summary>Which step of an escalation is due, and what follows from its result: functions of the journal alone.</summary>
internal static class ReconstructionDecision
{
    /// <summary>A probe that leaves more than this share of the plan's divergence says that weights are not its cause.</summary>
    private const double LargestRest = 0.9;

    /// <summary>The step that is due, or null.</summary>
    public static ReconstructItem? Due(JobState state) =>
        state.IsCompleted || NextStep(state) is not { } step || Target(state).Plan is not { } plan ? null : Item(state, plan, step);

    /// <summary>
    /// The step that follows those that a job has behind it, whether or not there is a plan to take it with; null after
    /// the last one.
    /// </summary>
    public static ReconstructionStep? NextStep(JobState state)
    {
        if (state.Selection is null
            || state.Spec.Options.Reconstruct is ReconstructionMode.Never
            || state.FineTune is not null
            || state.FineTuneFailure is not null)
        {
            return null;
        }

        return state.Escalation.Count == 0 ? ReconstructionStep.Probe : state.Escalation[^1] switch
        {
            ReconstructionProbed { WeightsMatter: false } => ReconstructionStep.QDrop,
            ReconstructionCompleted { Ends: true } => null,
            var last => After(ItemOf(last).Step),
        };
    }

    /// <summary>The plan that is reconstructed, and why that or none.</summary>
    public static ReconstructionTarget Target(JobState state) => state switch
    {
        { Selection: null } or { Spec.Options.Reconstruct: ReconstructionMode.Never } =>
            new ReconstructionTarget(null, "No reconstruction was asked for."),
        _ => ReconstructionTarget.Of(SearchMemory.Of(state), state.Selection, state.Spec.Options.Reconstruct!.Value),
    };

    /// <summary>What a step's event was asked for.</summary>
    public static ReconstructItem ItemOf(JournalEvent step) => step switch
    {
        ReconstructionProbed probed => probed.Item,
        ReconstructionCompleted completed => completed.Item,
        ReconstructionFailed failed => failed.Item,
        _ => throw new InvalidOperationException($"A {step.GetType().Name} is no step of an escalation."),
    };

    /// <summary>Whether roundings are worth learning, by the probe's images one by one and by its divergence.</summary>
    public static ReconstructionProbed JudgeProbe(JobState state, ReconstructItem item, WeightProbeResult result)
    {
        var plan = SearchMemory.Of(state).Full(item.Plan)!;
        var (low, _) = FineTuneVerdict.Gain(PairedCounts.Of(plan.CorrectBits, result.CorrectBits, plan.Total));
        var matter = low > 0 || result.Kl <= LargestRest * plan.Kl;
        return new ReconstructionProbed(item, result, matter, string.Create(
            CultureInfo.InvariantCulture,
            $"with FP32 weights and the same activations it is right on {result.Correct} of {result.Total} evaluation images "
            + $"where the plan is on {plan.Correct}, and diverges from FP32 by {result.Kl:G3} nats where the plan does by "
            + $"{plan.Kl:G3}: weights "
            + $"{(matter ? "are a cause" : "are not the cause, so only QDrop is tried, which learns with quantized activations")}"));
    }

    /// <summary>
    /// Judges what a method came to by the job's constraint, by latency and, for the winner's own plan, by its paired
    /// interval.
    /// </summary>
    public static ReconstructionCompleted Judge(JobState state, ReconstructItem item, ReconstructResult result)
    {
        var memory = SearchMemory.Of(state);
        var before = state.Winner!;
        var feasible = memory.IsAccurateEnough(result.Accuracy);
        var ownPlan = item.Plan.Equals(state.Selection!.Plan);
        ReconstructionCompleted Stays(string reason, bool ends = false) => new(item, result, Winner: null, ends, reason);
        ReconstructionCompleted Wins(WinnerKind kind, string reason) =>
            new(item, result, new WinnerSelected(result.Plan, feasible, kind, Reason(state, item, feasible, reason)), feasible, reason);

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

        // 3. What is sold as fast is faster than FP32, and than an accurate winner with other precisions. No method
        // changes which kernels run.
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

    private static ReconstructItem Item(JobState state, Plan plan, ReconstructionStep step) =>
        new(
            state.Spec.ReconstructionContext,
            plan,
            step,
            step == ReconstructionStep.Probe ? 0 : state.Spec.Options.ReconstructIterations!.Value);

    private static ReconstructionStep? After(ReconstructionStep step) => step == ReconstructionStep.QDrop ? null : step + 1;

    private static FineTuneVerdict BetterThanWinner(JobState state, SearchMemory memory, ReconstructResult result) =>
        (state.Reconstructed?.Result.Accuracy ?? memory.Full(state.Selection!.Plan)) is { } before
            ? FineTuneVerdict.Of(PairedCounts.Of(before, result.Accuracy, ImageScope.Full), "the reconstructed file")
            : new FineTuneVerdict(Kept: false, "the winner was not measured on the whole evaluation set");

    // As the search scales its own: by the FP32 runs that were interleaved.
    private static double Scaled(SearchMemory memory, LatencyResult latency) =>
        memory.Float32Ms is { } float32Ms ? latency.MedianMs * (float32Ms / latency.Float32MedianMs) : latency.MedianMs;

    private static string Lost(SearchMemory memory, ReconstructResult result)
    {
        var drop = PairedCounts.Of(memory.Full(memory.Float32)!, result.Accuracy, ImageScope.Full).Drop;
        var difference = drop == 0
            ? "as accurate as FP32"
            : $"{DropWords.Points(Math.Abs(drop))} points {(drop < 0 ? "more" : "less")} accurate than FP32";
        return $"the reconstructed file is {difference}{memory.Note(result.Accuracy)}";
    }

    private static string Reason(JobState state, ReconstructItem item, bool feasible, string reason)
    {
        var selection = state.Selection!;
        return item.Plan.Equals(selection.Plan) && feasible == selection.Feasible
            ? $"{selection.Reason} Reconstructed by {item.Step.Title()}: {reason}."
            : !feasible
            ? $"No quantized plan is accurate enough: this is the most accurate, {item.Plan.Int8Count} of "
                + $"{item.Plan.Groups.Count} groups in int8 with roundings learned by {item.Step.Title()}; {reason}."
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{item.Plan.Int8Count} of {item.Plan.Groups.Count} groups in int8 with roundings learned by {item.Step.Title()}, "
                + $"without which they were not accurate enough: {reason}.");
    }
}
