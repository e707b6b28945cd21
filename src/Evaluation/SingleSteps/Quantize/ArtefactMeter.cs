using Cluster.Coordinator;
using Cluster.Evaluation.Measuring;
using Cluster.Evaluation.Targets;
using Cluster.Kernels.Evaluation;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Runtimes.Timing;

namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>Measures a file beside the FP32 network: accuracy on every evaluation image, latency interleaved.</summary>
/// <param name="target">In whose runtime.</param>
/// <param name="float32">The FP32 network's file.</param>
/// <param name="artefact">The file.</param>
/// <param name="images">What accuracy is measured on; the first of them are timed.</param>
/// <param name="classes">How many values the first output has for an image.</param>
/// <param name="judge">By what outputs are judged; null: top-1.</param>
internal sealed class ArtefactMeter(
    ITarget target, byte[] float32, byte[] artefact, ImageBatches images, int classes, OutputJudge? judge = null)
{
    /// <summary>Top-1 of both, in the target's runtime.</summary>
    /// <exception cref="JobException">The file gives logits that are not finite.</exception>
    public (MeasuredAccuracy Float32, MeasuredAccuracy Artefact) Accuracy(int cores, CancellationToken cancellation)
    {
        var (reference, logits) = Outputs(cores, cancellation);
        return (
            MeasuredAccuracy.Of(RuntimeEvaluator.Score(reference, classes, images, null), isFloat32: true),
            MeasuredAccuracy.Of(RuntimeEvaluator.Score(logits, classes, images, reference), isFloat32: false));
    }

    /// <summary>Both by the metric that was asked for; null where that is top-1 (<see cref="Accuracy"/>).</summary>
    /// <exception cref="JobException">The file gives logits that are not finite, or the user's command failed.</exception>
    public MeasuredMetric? Metric(int cores, CancellationToken cancellation)
    {
        if (judge is null)
        {
            return null;
        }

        var (reference, logits) = Outputs(cores, cancellation);
        return MeasuredMetric.Of(
            judge.Metric, judge.Score(reference, reference, images), judge.Score(logits, reference, images));
    }

    private (float[] Float32, float[] Artefact) Outputs(int cores, CancellationToken cancellation)
    {
        float[] reference = TargetLogits.Of(target, float32, images, classes, cores, cancellation);
        float[] logits = ReferenceEquals(artefact, float32)
            ? reference
            : TargetLogits.Of(target, artefact, images, classes, cores, cancellation);
        int bad = Array.FindIndex(logits, logit => !float.IsFinite(logit));
        return bad < 0
            ? (reference, logits)
            : throw new JobException(
                $"The quantized network gives {logits[bad]} for class {bad % classes} of evaluation image {bad / classes}: "
                + "calibrate on more images, or with another method.");
    }

    public (MeasuredLatency Float32, MeasuredLatency Artefact) Latency(int batch, int threads, CancellationToken cancellation)
    {
        var measured = TargetTiming.Measure(
            target,
            [float32, artefact],
            threads,
            images.Repeated(batch),
            LatencyMeasurer.Options(threads),
            cancellation);
        MeasuredLatency Of(LatencySummary summary) =>
            new(summary.MedianMs, summary.IqrMs, summary.Count, target.Runtime, target.Device, batch, threads);
        return (Of(measured[0].Summary), Of(measured[1].Summary));
    }
}
