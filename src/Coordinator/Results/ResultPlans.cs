namespace Cluster.Coordinator.Results;

/// <summary>Describes measurements in a result.</summary>
public static class ResultPlans
{
    /// <summary>Describes a plan, with its losses against FP32.</summary>
    public static ResultPlan Of(PlanMeasurement measurement, AccuracyResult? float32)
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
            accuracy is null ? null : new ResultArtefact(Path: null, accuracy.ArtefactSha256));
    }

    private static ResultAccuracy Accuracy(AccuracyResult accuracy, AccuracyResult float32)
    {
        var paired = PairedDrop.Of(float32, accuracy);
        var drop = paired.DropInterval(0.95);
        var (isLoss, hasLabels) = (accuracy.Losses is not null, accuracy.Answers is null);
        int? correct = isLoss || !hasLabels ? null : accuracy.Correct;
        double? share = (double?)correct / accuracy.Total;
        var wilson = WilsonInterval.Of(accuracy.Correct, accuracy.Total);
        return new ResultAccuracy(
            correct,
            accuracy.Total,
            accuracy.Metric is null ? share : null,
            isLoss ? LossInterval(accuracy) : hasLabels ? [wilson.Low, wilson.High] : null,
            paired.Drop,
            [drop.Low, drop.High],
            accuracy.Kl,
            (double)accuracy.Agree / accuracy.Total,
            accuracy.Metric?.Ranks() > 1 ? share : null,
            isLoss ? Value(accuracy.Metric!.Value, accuracy.Level) : null,
            isLoss || hasLabels ? null : ((PairedCounts)paired).Open);
    }

    private static double?[] LossInterval(AccuracyResult accuracy)
    {
        var metric = accuracy.Metric!.Value;
        double least = metric.IsCommand() ? double.NegativeInfinity : 0;
        var level = PairedLosses.Of([.. SampleLosses.Values(accuracy.Losses!)]).DropInterval(0.95);
        double[] ends = [metric.Scale().Value(Math.Max(least, level.Low)), metric.Scale().Value(Math.Max(least, level.High))];
        return [.. ends.Order().Select(Finite)];
    }

    private static double? Value(MetricKind metric, double? level) => level is { } known ? Finite(metric.Scale().Value(known)) : null;

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    /// <summary>Describes what the test set says.</summary>
    public static ResultTest Test(TestResult test, MetricKind metric)
    {
        bool isLoss = test.Level is not null;
        double? share = isLoss ? null : (double)test.Correct / test.Total;
        var wilson = WilsonInterval.Of(test.Correct, test.Total);
        return new ResultTest(
            isLoss ? null : test.Correct,
            isLoss ? null : test.Float32Correct,
            test.Total,
            metric.Ranks() == 1 ? share : null,
            isLoss ? null : [wilson.Low, wilson.High],
            (test.Level - test.Float32Level) ?? ((double)(test.Float32Correct - test.Correct) / test.Total),
            metric.Ranks() > 1 ? share : null,
            Value(metric, test.Level),
            Value(metric, test.Float32Level),
            isLoss ? null : test.Lost,
            isLoss ? null : test.Gained);
    }
}
