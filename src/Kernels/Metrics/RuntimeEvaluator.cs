namespace Cluster.Kernels.Metrics;

/// <summary>
/// Measures an artefact's accuracy by running the file itself in ONNX Runtime: integer kernels evaluate an INT8 candidate about three times
/// as fast as a simulation, and the result is what the user gets.
/// </summary>
public static class RuntimeEvaluator
{
    /// <summary>Logits of every image, (images, classes).</summary>
    public static float[] Logits(ModelFile model, ImageBatches images, int classes, int workers, CancellationToken cancellation)
    {
        using var session = OrtSession.Open(model, new OrtSessionOptions { Threads = 1, AllowSpinning = false });
        return BatchLogits.Of(session.Run, images, classes, workers, cancellation);
    }

    /// <summary>A score from losses of single images; labels are ignored.</summary>
    /// <param name="logits">(images, classes).</param>
    /// <param name="classes">Number of columns.</param>
    /// <param name="losses">One per image.</param>
    /// <param name="reference">FP32's logits.</param>
    /// <param name="outputs">The meaning of the outputs.</param>
    public static RuntimeScore Score(float[] logits, int classes, float[] losses, float[] reference, OutputKind outputs) => new(
        0,
        losses.Length,
        [],
        OutputDivergence.Of(outputs, reference, logits, classes),
        (int)Accuracy.Of(Accuracy.Predictions(logits, classes), Accuracy.Predictions(reference, classes)).Correct,
        losses);

    /// <summary>Compares logits with the labels and, if given, with the FP32 logits.</summary>
    /// <param name="logits">(images, classes).</param>
    /// <param name="classes">Number of columns.</param>
    /// <param name="images">Labelled images.</param>
    /// <param name="reference">FP32's logits, in the shape of <paramref name="logits"/>.</param>
    /// <param name="ranks">An image is right if its label is among this many largest logits.</param>
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

    /// <summary>Compares logits with FP32's where there are no labels: an image is right if its largest classes are FP32's.</summary>
    /// <param name="logits">(images, classes); FP32's own if it is the same array as <paramref name="reference"/>.</param>
    /// <param name="classes">Number of columns.</param>
    /// <param name="reference">FP32's logits, in the shape of <paramref name="logits"/>.</param>
    /// <param name="ranks">How many of the largest logits are compared, in any order.</param>
    public static RuntimeScore Score(float[] logits, int classes, float[] reference, int ranks)
    {
        int count = Rows.Count(logits.Length, classes);
        bool isReference = ReferenceEquals(logits, reference);
        byte[] bits = new byte[(count + 7) / 8];
        List<int> answers = [];
        int same = 0;
        for (int image = 0; image < count; image++)
        {
            int[] top = Accuracy.Top(logits.AsSpan(image * classes, classes), ranks);
            if (Accuracy.Top(reference.AsSpan(image * classes, classes), ranks).Order().SequenceEqual(top.Order()))
            {
                bits[image / 8] |= (byte)(1 << (image % 8));
                same++;
                if (!isReference)
                {
                    continue;
                }
            }

            answers.AddRange(top);
        }

        int agree = (int)Accuracy.Of(Accuracy.Predictions(logits, classes), Accuracy.Predictions(reference, classes)).Correct;
        return new RuntimeScore(same, count, bits, LogitsKl.Of(reference, logits, classes), agree, Answers: answers);
    }
}
