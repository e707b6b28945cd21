namespace Cluster.Evaluation.Measuring;

/// <summary>Judges outputs by labels, by targets, or by FP32's own outputs, sample by sample.</summary>
/// <param name="metric">The metric.</param>
/// <param name="output">The network's first output with its whole shape.</param>
/// <param name="reference">FP32's outputs for the whole evaluation set.</param>
internal sealed class MetricScorer(MetricKind metric, ValueInfo output, Lazy<float[]> reference) : IScorer
{
    private readonly int _width = output.SampleSize();

    public bool ReadsAll => false;

    // Noise is a share of the power of all samples, whichever of them are looked at.
    public RuntimeScore Evaluation(float[] outputs, ImageBatches samples, float[] float32, int[]? part) =>
        Score(outputs, samples, float32, reference.Value);

    public RuntimeScore Test(float[] outputs, ImageBatches samples, float[] float32) => Score(outputs, samples, float32, float32);

    private RuntimeScore Score(float[] outputs, ImageBatches samples, float[] float32, float[] signal)
    {
        RuntimeScore ByLoss(float[] losses) => RuntimeEvaluator.Score(outputs, _width, losses, float32, metric.Outputs());
        return metric switch
        {
            MetricKind.OutputKl => ByLoss(OutputLosses.Kl(float32, outputs, _width)),
            MetricKind.OutputSqnr => ByLoss(OutputLosses.Noise(float32, outputs, _width, OutputLosses.Power(signal, _width))),
            MetricKind.Rmse => ByLoss(OutputLosses.SquaredError(samples.Images.ReadTargets(), outputs, _width)),
            _ when !samples.Images.HasLabels => RuntimeEvaluator.Score(outputs, _width, float32, metric.Ranks()),
            _ => RuntimeEvaluator.Score(outputs, _width, samples, float32, metric.Ranks()),
        };
    }

    /// <summary>The loss of one score relative to another on the same samples.</summary>
    public static PairedDrop Compare(RuntimeScore before, RuntimeScore after) =>
        before.Losses is { } reference && after.Losses is { } losses
            ? PairedLosses.Of([.. losses.Zip(reference, (loss, other) => (double)loss - other)])
            : Count(before, after);

    /// <summary>Counts the images that two files answer differently.</summary>
    public static PairedCounts Count(RuntimeScore before, RuntimeScore after)
    {
        var (lost, gained) = before.ChangesTo(after);
        return new PairedCounts(lost, gained, before.Total);
    }
}
