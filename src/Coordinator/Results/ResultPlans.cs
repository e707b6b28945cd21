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

    /// <summary>Describes what the test set says.</summary>
    public static ResultTest Test(TestResult test, MetricKind metric)
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
