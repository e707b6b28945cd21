namespace Cluster.Coordinator.Results;

/// <summary>What the steps after the search, which learn numbers, gave.</summary>
/// <param name="state">The job.</param>
/// <param name="planOf">A searched plan's measurements.</param>
/// <param name="madeOf">The measurements of a plan with learned numbers, in the frame of the others.</param>
internal sealed class LearnedResults(
    JobState state, Func<Plan, PlanMeasurement> planOf, Func<LearnedResult, PlanMeasurement> madeOf)
{
    private readonly AccuracyResult? _float32 = state.Memory.Seen(state.Memory.Baseline);

    /// <param name="untuned">The plan before training.</param>
    public ResultFineTune Tuning(PlanMeasurement untuned)
    {
        ResultFineTune[] trials =
            [.. state.Steps.Where(step => PostSearchSteps.IsOf(step, PostSearchSteps.FineTuning)).Select(FineTuned)];
        return trials.Length == 0
            ? NotTuned(PostSearchSteps.WhyNone(state) ?? FineTuning.WhyNot(state) ?? "It was not done.", untuned)
            : trials.Reverse().Aggregate((later, earlier) => earlier with { Second = later });
    }

    public ResultReconstruction Reconstruction()
    {
        var ended = state.Steps.Where(step => PostSearchSteps.IsOf(step, PostSearchSteps.Reconstruction))
            .ToLookup(step => ((ReconstructItem)step.Item).Rank);
        var whyStopped = Escalation.WhyStopped(state);
        var first = Rebuilt([.. ended[0]], ended.Count > 1 ? null : whyStopped);
        return ended.Count > 1 ? first with { Second = Rebuilt([.. ended[1]], whyStopped) } : first;
    }

    private ResultFineTune FineTuned(StepEvent step)
    {
        var before = Started((FineTuneItem)step.Item);
        switch (step)
        {
            case StepCompleted { Result: FineTuneResult result } tuned:
                var (gain, interval) = Gain(before, result);
                return new ResultFineTune(
                    Tried: true,
                    tuned.Winner is not null,
                    tuned.Reason,
                    Epochs,
                    Describe(before),
                    Describe(new PlanMeasurement(result.Plan, result.Accuracy, result.Latency)),
                    gain,
                    interval,
                    result.Learned,
                    result.BestEpoch,
                    result.Images,
                    result.Seconds)
                {
                    ExpectedSeconds = Expected(step),
                };
            case StepFailed failed:
                string reason = $"the fine-tuning failed, the winner stays as it was: {failed.Failure.Reason}";
                return NotTuned(reason, before) with { Tried = true };
            default:
                throw new ArgumentOutOfRangeException(nameof(step), step.GetType().Name, message: null);
        }
    }

    private int Epochs => state.Spec.Options.Epochs!.Value;

    private ResultFineTune NotTuned(string reason, PlanMeasurement before) =>
        new(Tried: false, Kept: false, reason, Epochs, Describe(before), null, null, null, null, null, null, null);

    // The plan that was trained, with its initial roundings.
    private PlanMeasurement Started(FineTuneItem item) => state.Steps
        .OfType<StepCompleted>()
        .Select(step => step.Result)
        .OfType<ReconstructResult>()
        .FirstOrDefault(result => string.Equals(result.Learned, item.Learned, StringComparison.Ordinal)) is { } rebuilt
            ? madeOf(rebuilt)
            : planOf(item.Plan);

    private ResultReconstruction Rebuilt(StepEvent[] ended, string? whyStopped)
    {
        var target = ended is [{ Item: ReconstructItem first }, ..] ? planOf(first.Plan) : null;
        var probed = ended.OfType<StepCompleted>().FirstOrDefault(step => step.Result is WeightProbeResult);
        var probe = probed?.Result is WeightProbeResult found
            ? new ResultWeightProbe(
                found.Correct, found.Total, found.Kl, Escalation.WeightsMatter(probed), probed.Reason, found.Seconds)
            {
                ExpectedSeconds = Expected(probed),
            }
            : null;
        ResultReconstructionStep[] methods =
            [.. ended.OfType<StepCompleted>().Where(step => step != probed).Select(step => Method(step, target, probe))];
        ResultReconstructionStep[] failures = [.. ended.OfType<StepFailed>().Select(Failed)];
        string reason = methods.LastOrDefault(method => method.Kept) is { } kept ? Said(kept)
            : methods.Length > 0 ? string.Join("; ", methods.Select(Said).Append(whyStopped).OfType<string>())
            : failures.Length > 0 ? $"it failed, the winner stays as it was: {failures[^1].Reason}"
            : whyStopped ?? PostSearchSteps.WhyNone(state) ?? Escalation.Target(state).Reason;
        return new ResultReconstruction(
            ended.Length > 0,
            methods.Any(method => method.Kept),
            reason,
            state.Spec.Options.Iterations!.Value,
            target is null ? null : Describe(target),
            probe,
            [.. methods, .. failures]);

        static string Said(ResultReconstructionStep step) => $"{step.Title}: {step.Reason}";
    }

    private ResultReconstructionStep Method(StepCompleted step, PlanMeasurement? target, ResultWeightProbe? probe)
    {
        var (method, result) = (((ReconstructItem)step.Item).Step, (ReconstructResult)step.Result);
        var (gain, interval) = Gain(target, result);
        return new ResultReconstructionStep(
            method.Rounding(),
            step.Winner is not null,
            step.Reason,
            Describe(new PlanMeasurement(result.Plan, result.Accuracy, result.Latency)),
            gain,
            interval,
            method == ReconstructionStep.AdaRound ? probe?.Kl : 0, // Learned steps also lower the activations' own error.
            result.Learned,
            result.Blocks,
            result.Evaluations,
            result.Seconds)
        {
            ExpectedSeconds = Expected(step),
        };
    }

    private double? Expected(StepEvent step) => RungPrice.Seconds(state, step.Item, state.Steps.TakeWhile(before => before != step));

    private static ResultReconstructionStep Failed(StepFailed failed)
    {
        var method = ((ReconstructItem)failed.Item).Step;
        string name = method == ReconstructionStep.Probe ? ResultReconstructionStep.Probe : method.Rounding();
        return new ResultReconstructionStep(name, Kept: false, failed.Failure.Reason, null, null, null, null, null, [], 0, 0);
    }

    private static (double? Gain, double[]? Ci95) Gain(PlanMeasurement? before, LearnedResult after)
    {
        if (before?.Accuracy is not { } accuracy)
        {
            return (null, null);
        }

        var counts = PairedDrop.Of(accuracy, after.Accuracy, ImageScope.Full);
        var (low, high) = LearnedVerdict.Gain(counts);
        return (-counts.Drop, [low, high]);
    }

    private ResultPlan Describe(PlanMeasurement measured) => ResultPlans.Of(measured, _float32);
}
