namespace Cluster.Coordinator.Results;

/// <summary>Makes the result document of an outcome.</summary>
public static class ResultBuilder
{
    /// <summary>Builds the document; its host adds the model's file, the parity gate's finding and the time by stage.</summary>
    /// <param name="outcome">The job's outcome.</param>
    /// <param name="pathOf">Gives the path of a digest's file relative to the result, or null if it was not kept.</param>
    public static ResultDocument Build(JobOutcome outcome, Func<string, string?>? pathOf = null)
    {
        var spec = outcome.Spec;
        ResultPlan Describe(PlanMeasurement measurement) => Plan(measurement, outcome.Float32.Accuracy, pathOf);
        return new ResultDocument
        {
            Job = new ResultJob(
                spec.JobId,
                spec.Options.Seed,
                spec.Options.Target,
                spec.Options.Methods,
                spec.Options.MaxDrop,
                spec.Options.Confidence,
                spec.Options.BudgetEvaluations,
                new ResultDigests(spec.ModelDigest, spec.Data.Calibration, spec.Data.Evaluation, spec.Data.Test, spec.Data.Training),
                spec.Versions,
                spec.Options.Metric,
                spec.Options.MetricCommand,
                spec.Options.MaxDropIsRelative,
                spec.Prepared),
            Model = new ResultModel(
                string.Empty,
                spec.ModelDigest,
                SizeBytes: 0,
                outcome.Space.Groups.Count,
                outcome.Space.Macs,
                outcome.Space.Groups.Sum(group => group.Parameters)),
            Baselines = new ResultBaselines(
                Describe(outcome.Float32),
                outcome.Int8 is null ? null : Describe(outcome.Int8),
                outcome.Int8Best is null ? null : Describe(outcome.Int8Best),
                outcome.Given),
            Winner = Describe(outcome.Winner),
            Decision = new ResultDecision(
                outcome.Kind,
                outcome.Selection.Feasible,
                outcome.Selection.Reason,
                !outcome.Winner.Plan.IsBaseline,
                outcome.Stopped,
                outcome.PassedOver),
            Evidence = outcome.Evidence is { } evidence ? ResultEvidence.Of(evidence) : null,
            Front = [.. outcome.Front.Select(Describe)],
            Fleet = outcome.Fleet,
            Evaluations = outcome.Evaluations,
            Sensitivity = outcome.Sensitivity?.Groups ?? [],
            Groups = outcome.Verdicts,
            Predictions = outcome.Predictions,
            LatencyModel = outcome.LatencyModel,
            Test = outcome.Test is null ? null : Test(outcome.Test, spec.Options.Measure),
            Repairs = outcome.Repairs.Count == 0 ? null : outcome.Repairs,
            Reconstruction = outcome.Reconstruction is { } reconstruction ? ReconstructionResults.Of(reconstruction, Describe) : null,
            FineTune = outcome.FineTune is { } trial ? FineTune(trial, Describe) : null,
            Refused = outcome.Refused.Count == 0 ? null : [.. outcome.Refused.Select(ResultRefusal.Of)],
            Timings = new ResultTimings(0, new Dictionary<string, double>()),
        };
    }

    private static ResultFineTune FineTune(FineTuneTrial trial, Func<PlanMeasurement, ResultPlan> describe)
    {
        var counts = trial is { Before.Accuracy: { } before, After.Accuracy: { } after }
            ? PairedDrop.Of(before, after, ImageScope.Full)
            : null;
        (double Low, double High)? gain = counts is null ? null : FineTuneVerdict.Gain(counts);
        return new ResultFineTune(
            trial.Tried,
            trial.Kept,
            trial.Reason,
            trial.Epochs,
            describe(trial.Before),
            trial.After is null ? null : describe(trial.After),
            counts is null ? null : -counts.Drop,
            gain is { } interval ? [interval.Low, interval.High] : null,
            trial.Learned,
            trial.BestEpoch,
            trial.Images,
            trial.Seconds)
        {
            Second = trial.Second is { } second ? FineTune(second, describe) : null,
        };
    }

    /// <summary>Describes a plan, with its losses against FP32.</summary>
    public static ResultPlan Plan(PlanMeasurement measurement, AccuracyResult? float32, Func<string, string?>? pathOf = null)
    {
        var accuracy = measurement.Accuracy;
        return new ResultPlan(
            measurement.Plan,
            measurement.Plan.Digest,
            accuracy is null || float32 is null ? null : Accuracy(accuracy, float32),
            measurement.Latency is { } l
                ? new ResultLatency(
                    l.MedianMs,
                    l.IqrMs,
                    l.Count,
                    l.Runtime,
                    l.Device,
                    l.Batch,
                    l.Threads,
                    l.Float32MedianMs,
                    l is { LowMs: { } low, HighMs: { } high } ? [low, high] : null,
                    l.OtherCores,
                    l.ClockHz,
                    l.ThrottledBy)
                : null,
            accuracy?.SizeBytes,
            accuracy?.Bops,
            accuracy is null ? null : new ResultArtefact(pathOf?.Invoke(accuracy.ArtefactSha256), accuracy.ArtefactSha256));
    }

    private static ResultAccuracy Accuracy(AccuracyResult accuracy, AccuracyResult float32)
    {
        var paired = PairedDrop.Of(float32, accuracy);
        if (accuracy.Losses is { } losses)
        {
            return Loss(accuracy, losses, paired);
        }

        var drop = paired.DropInterval(0.95);
        if (accuracy.Answers is not null)
        {
            return new ResultAccuracy(
                null,
                accuracy.Total,
                null,
                null,
                paired.Drop,
                [drop.Low, drop.High],
                accuracy.Kl,
                (double)accuracy.Agree / accuracy.Total,
                Unlabelled: ((PairedCounts)paired).Open);
        }

        var interval = WilsonInterval.Of(accuracy.Correct, accuracy.Total);
        var share = (double)accuracy.Correct / accuracy.Total;
        return new ResultAccuracy(
            accuracy.Correct,
            accuracy.Total,
            accuracy.Metric is null ? share : null,
            [interval.Low, interval.High],
            paired.Drop,
            [drop.Low, drop.High],
            accuracy.Kl,
            (double)accuracy.Agree / accuracy.Total,
            accuracy.Metric == MetricKind.Top5 ? share : null);
    }

    private static ResultAccuracy Loss(AccuracyResult accuracy, byte[] losses, PairedDrop paired)
    {
        var (metric, drop) = (accuracy.Metric!.Value, paired.DropInterval(0.95));
        var level = PairedLosses.Of([.. SampleLosses.Values(losses)]).DropInterval(0.95);
        double least = metric.IsCommand() ? double.NegativeInfinity : 0;
        var ends = new[] { level.Low, level.High }.Select(end => MetricScale.Value(metric, Math.Max(least, end))).Order();
        return new ResultAccuracy(
            null,
            accuracy.Total,
            null,
            [.. ends.Select(Finite)],
            paired.Drop,
            [drop.Low, drop.High],
            accuracy.Kl,
            (double)accuracy.Agree / accuracy.Total,
            Value: Finite(MetricScale.Value(metric, accuracy.Level)));
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static ResultTest Test(TestResult test, MetricKind metric)
    {
        if (test is { Level: { } level, Float32Level: { } float32 })
        {
            return new ResultTest(
                null, null, test.Total, null, null, level - float32,
                Value: Finite(MetricScale.Value(metric, level)), Float32Value: Finite(MetricScale.Value(metric, float32)));
        }

        var share = (double)test.Correct / test.Total;
        var interval = WilsonInterval.Of(test.Correct, test.Total);
        return new ResultTest(
            test.Correct,
            test.Float32Correct,
            test.Total,
            metric == MetricKind.Top1 ? share : null,
            [interval.Low, interval.High],
            (double)(test.Float32Correct - test.Correct) / test.Total,
            metric == MetricKind.Top5 ? share : null,
            Lost: test.Lost,
            Gained: test.Gained);
    }
}
