using Cluster.Coordinator;
using Cluster.Evaluation.Measuring;
using Cluster.Kernels.Evaluation;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Runtimes;
using Cluster.Kernels.Runtimes.Timing;

namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>Measures a file beside the FP32 network: accuracy on every evaluation image, latency interleaved.</summary>
internal sealed class ArtefactMeter(byte[] float32, byte[] artefact, ImageBatches images, int classes)
{
    /// <summary>Top-1 of both, in ONNX Runtime.</summary>
    /// <exception cref="JobException">The file gives logits that are not finite.</exception>
    public (MeasuredAccuracy Float32, MeasuredAccuracy Artefact) Accuracy(int cores, CancellationToken cancellation)
    {
        float[] reference = RuntimeEvaluator.Logits(float32, images, classes, cores, cancellation);
        float[] logits = ReferenceEquals(artefact, float32)
            ? reference
            : RuntimeEvaluator.Logits(artefact, images, classes, cores, cancellation);
        int bad = Array.FindIndex(logits, logit => !float.IsFinite(logit));
        return bad < 0
            ? (MeasuredAccuracy.Of(RuntimeEvaluator.Score(reference, classes, images, null), isFloat32: true),
                MeasuredAccuracy.Of(RuntimeEvaluator.Score(logits, classes, images, reference), isFloat32: false))
            : throw new JobException(
                $"The quantized network gives {logits[bad]} for class {bad % classes} of evaluation image {bad / classes}: "
                + "calibrate on more images, or with another method.");
    }

    public (MeasuredLatency Float32, MeasuredLatency Artefact) Latency(int batch, int threads, CancellationToken cancellation)
    {
        var options = new OrtSessionOptions { Threads = threads };
        using var reference = OrtSession.Open(float32, options);
        using var candidate = OrtSession.Open(artefact, options);
        var measured = LatencyMeter.Measure(
            [reference, candidate],
            LatencyInput.Pixels(images, batch),
            LatencyInput.Shape(images, batch),
            LatencyMeasurer.Options(threads),
            cancellation);
        MeasuredLatency Of(LatencySummary summary) =>
            new(summary.MedianMs, summary.IqrMs, summary.Count, $"onnxruntime {OrtRuntime.Version}", "cpu", batch, threads);
        return (Of(measured[0].Summary), Of(measured[1].Summary));
    }
}
