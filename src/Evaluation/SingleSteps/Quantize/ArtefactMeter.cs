namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>Measures a file beside the FP32 network, as a job measures its candidates.</summary>
internal static class ArtefactMeter
{
    /// <summary>The file by the metric that was asked for: top-1, or any other.</summary>
    /// <exception cref="JobException">The file gives logits that are not finite, or the user's command failed.</exception>
    public static FileAccuracy Accuracy(EvaluationSetup setup, ModelFile file, CancellationToken cancellation)
    {
        var scorer = new FileScorer(setup);
        var before = scorer.Float32();
        string? doubt = before.Losses is null && setup.Evaluation.Images.HasLabels ? Float32Doubts.Of(setup, before.Correct)?.Words : null;
        if (before.Losses is not null && Float32Doubts.Worthless(setup, before.Loss, bound: null) is { } worthless)
        {
            throw new JobException(worthless + ".");
        }

        var after = ReferenceEquals(file, setup.Network.Float32Model) ? before : scorer.Score(file, cancellation);
        return setup.Metric == MetricKind.Top1
            ? new FileAccuracy(MeasuredAccuracy.Of(before, isFloat32: true), MeasuredAccuracy.Of(after, isFloat32: false), null, doubt)
            : new FileAccuracy(null, null, MeasuredMetric.Of(setup.Metric, before, after), doubt);
    }

    /// <summary>Latencies of both, timed in turn, while nothing else is measured on this machine.</summary>
    public static async Task<(MeasuredLatency Float32, MeasuredLatency Artefact)> LatencyAsync(
        EvaluationSetup setup, MachineLock machine, BuiltArtefact artefact, CancellationToken cancellation)
    {
        using var hold = await machine.ExclusiveAsync(cancellation);
        var timed = await Task.Run(() => new FileTimer(setup).Measure(artefact.Sha256, artefact.File, cancellation), cancellation);
        MeasuredLatency Of(double median, double iqr) =>
            new(median, iqr, timed.Count, timed.Runtime, timed.Device, timed.Batch, timed.Threads);
        return (Of(timed.Float32MedianMs, timed.Float32IqrMs), Of(timed.MedianMs, timed.IqrMs));
    }
}

/// <summary>A file and FP32 on the evaluation samples.</summary>
/// <param name="Float32">FP32's top-1; null where another metric was asked for, like the next.</param>
/// <param name="Artefact">The file's top-1.</param>
/// <param name="Metric">Both by another metric; null where top-1 was asked for.</param>
/// <param name="Doubt">What is wrong with the data, in a sentence; null: nothing.</param>
internal sealed record FileAccuracy(MeasuredAccuracy? Float32, MeasuredAccuracy? Artefact, MeasuredMetric? Metric, string? Doubt);
