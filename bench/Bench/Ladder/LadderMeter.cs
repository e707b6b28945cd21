using Cluster.Evaluation.Setup;
using Cluster.Kernels.Evaluation;
using Cluster.Kernels.Evaluation.Measurement;
using Cluster.Kernels.Evaluation.Parity;
using Cluster.Kernels.Execution;

namespace Cluster.Bench.Ladder;

/// <summary>Runs files in ONNX Runtime on the images of every role, beside FP32.</summary>
internal sealed class LadderMeter(EvaluationSetup setup, CancellationToken cancellation)
{
    private readonly Dictionary<ImageBatches, float[]> _float32 = [];

    /// <summary>FP32 itself, beside itself.</summary>
    public LadderScore Float32() => Score(setup.Network.Float32Model, null);

    public LadderScore Score(LadderCandidate candidate) =>
        Score(candidate.Artefact.Bytes, setup.Parity.Check(candidate.Artefact, cancellation));

    /// <summary>Mean KL on the calibration images, nats: what is chosen by without looking at others.</summary>
    public double CalibrationKl(LadderCandidate candidate) =>
        LogitsKl.Of(Reference(setup.Calibration), Logits(candidate.Artefact.Bytes, setup.Calibration), setup.Network.Classes);

    private LadderScore Score(byte[] model, ParityReport? parity)
    {
        int classes = setup.Network.Classes;
        float[] reference = Reference(setup.Evaluation);
        float[] logits = Logits(model, setup.Evaluation);
        double[] kl = [.. Enumerable.Range(0, logits.Length / classes)
            .Select(image => LogitsKl.Divergence(reference.AsSpan(image * classes, classes), logits.AsSpan(image * classes, classes)))];
        int? test = setup.Test is { } images ? RuntimeEvaluator.Score(Logits(model, images), classes, images, null).Correct : null;
        return new LadderScore(RuntimeEvaluator.Score(logits, classes, setup.Evaluation, reference), kl, test, parity);
    }

    private float[] Reference(ImageBatches images)
    {
        if (!_float32.TryGetValue(images, out float[]? logits))
        {
            _float32[images] = logits = Logits(setup.Network.Float32Model, images);
        }

        return logits;
    }

    private float[] Logits(byte[] model, ImageBatches images) =>
        RuntimeEvaluator.Logits(model, images, setup.Network.Classes, setup.Cores, cancellation);
}
