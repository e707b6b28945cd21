namespace Cluster.Evaluation.Measuring;

/// <summary>Judges outputs by a job's metric, sample by sample.</summary>
/// <param name="metric">The metric.</param>
/// <param name="output">The network's first output with its whole shape.</param>
internal sealed class MetricScorer(MetricKind metric, ValueInfo output)
{
    private readonly int _width = output.SampleSize();

    /// <summary>The score of outputs, (samples, elements of the output).</summary>
    /// <param name="outputs">Outputs of a candidate, or of FP32 itself.</param>
    /// <param name="samples">The samples, with their labels or targets if the metric uses them.</param>
    /// <param name="float32">FP32's outputs for the same samples.</param>
    /// <param name="power">Power of FP32's outputs over all samples, if these are a part: <see cref="OutputLosses.Power"/>.</param>
    public RuntimeScore Score(float[] outputs, ImageBatches samples, float[] float32, double? power = null) => metric switch
    {
        MetricKind.OutputKl => ByLoss(OutputLosses.Kl(float32, outputs, _width), outputs, float32),
        MetricKind.OutputSqnr => ByLoss(
            OutputLosses.Noise(float32, outputs, _width, power ?? OutputLosses.Power(float32, _width)), outputs, float32),
        MetricKind.Rmse => ByLoss(OutputLosses.SquaredError(samples.Images.ReadTargets(), outputs, _width), outputs, float32),
        _ when !samples.Images.HasLabels => RuntimeEvaluator.Score(outputs, _width, float32, metric.Ranks()),
        _ => RuntimeEvaluator.Score(outputs, _width, samples, float32, metric.Ranks()),
    };

    /// <summary>The score of outputs with known losses.</summary>
    public RuntimeScore ByLoss(float[] losses, float[] outputs, float[] float32) =>
        RuntimeEvaluator.Score(outputs, _width, losses, float32, metric.Outputs());

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
