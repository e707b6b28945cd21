using Cluster.Kernels.Evaluation.Measurement;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Runtimes;

namespace Cluster.Kernels.Evaluation;

/// <summary>
/// Accuracy of an artefact, by running the file itself in ONNX Runtime: a runtime with integer kernels evaluates an
/// INT8 candidate about three times as fast as a simulation, and what it says is what the user gets.
/// </summary>
public static class RuntimeEvaluator
{
    /// <summary>Logits of every image, (images, classes).</summary>
    public static float[] Logits(byte[] model, ImageBatches images, int classes, int workers, CancellationToken cancellation)
    {
        using var session = OrtSession.Open(model, new OrtSessionOptions { Threads = 1, AllowSpinning = false });
        return BatchLogits.Of(session.Run, images, classes, workers, cancellation);
    }

    /// <summary>A score by losses of single images; no label is looked at.</summary>
    /// <param name="logits">(images, classes).</param>
    /// <param name="classes">Columns.</param>
    /// <param name="losses">One an image.</param>
    /// <param name="reference">FP32's logits.</param>
    /// <param name="outputs">What they are.</param>
    public static RuntimeScore Score(float[] logits, int classes, float[] losses, float[] reference, OutputKind outputs) => new(
        0,
        losses.Length,
        [],
        OutputDivergence.Of(outputs, reference, logits, classes),
        (int)Accuracy.Of(Accuracy.Predictions(logits, classes), Accuracy.Predictions(reference, classes)).Correct,
        losses);

    /// <summary>Compares logits with the labels and, where given, with the FP32 logits.</summary>
    /// <param name="logits">(images, classes).</param>
    /// <param name="classes">Columns.</param>
    /// <param name="images">Labelled.</param>
    /// <param name="reference">Of FP32, as <paramref name="logits"/>.</param>
    /// <param name="ranks">An image is right whose label is among so many of the largest logits.</param>
    public static RuntimeScore Score(float[] logits, int classes, ImageBatches images, float[]? reference, int ranks = 1)
    {
        int count = images.Images.Count;
        int[] predictions = Accuracy.Predictions(logits, classes);
        byte[] bits = new byte[(count + 7) / 8];
        int correct = 0;
        for (int image = 0; image < count; image++)
        {
            if (Accuracy.IsAmong(logits.AsSpan(image * classes, classes), images.Images.Label(image), ranks))
            {
                bits[image / 8] |= (byte)(1 << (image % 8));
                correct++;
            }
        }

        if (reference is null)
        {
            return new RuntimeScore(correct, count, bits, 0, count);
        }

        int agree = (int)Accuracy.Of(predictions, Accuracy.Predictions(reference, classes)).Correct;
        return new RuntimeScore(correct, count, bits, LogitsKl.Of(reference, logits, classes), agree);
    }
}
