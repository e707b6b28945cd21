namespace Cluster.Coordinator.Results;

/// <summary>Converts a reconstruction's results for the result document.</summary>
internal static class ReconstructionResults
{
    public static ResultReconstruction Of(ReconstructionTrial trial, Func<PlanMeasurement, ResultPlan> describe) => new(
        trial.Tried,
        trial.Kept,
        trial.Reason,
        trial.Iterations,
        trial.Target is null ? null : describe(trial.Target),
        trial.Probe is { } probe
            ? new ResultWeightProbe(
                probe.Result.Correct, probe.Result.Total, probe.Result.Kl, probe.WeightsMatter, probe.Reason, probe.Result.Seconds)
            : null,
        [
            .. trial.Steps.Select(step => Step(step, trial, describe)),
            .. trial.Failures.Select(Failed),
        ])
    {
        Second = trial.Second is { } second ? Of(second, describe) : null,
    };

    private static ResultReconstructionStep Step(
        MethodTrial step, ReconstructionTrial trial, Func<PlanMeasurement, ResultPlan> describe)
    {
        var result = step.Result;
        var counts = trial.Target?.Accuracy is { } before ? PairedDrop.Of(before, result.Accuracy, ImageScope.Full) : null;
        (double Low, double High)? gain = counts is null ? null : FineTuneVerdict.Gain(counts);
        return new ResultReconstructionStep(
            step.Method.Rounding(),
            step.Kept,
            step.Reason,
            describe(new PlanMeasurement(result.Plan, result.Accuracy, result.Latency)),
            counts is null ? null : -counts.Drop,
            gain is { } interval ? [interval.Low, interval.High] : null,
            Bound(step.Method, trial),
            result.Learned,
            result.Blocks,
            result.Evaluations,
            result.Seconds);
    }

    private static ResultReconstructionStep Failed(MethodFailure failed) =>
        new(
            failed.Method == ReconstructionStep.Probe ? ResultReconstructionStep.Probe : failed.Method.Rounding(), Kept: false, failed.Reason, null, null, null, null, null, [], 0, 0);

    // Learned steps also lower the activations' own error: only FP32 itself bounds those methods.
    private static double? Bound(ReconstructionStep step, ReconstructionTrial trial) =>
        step == ReconstructionStep.AdaRound ? trial.Probe?.Result.Kl : 0;
}
