namespace Cluster.Kernels.Evaluation.Measurement;

/// <summary>Top-1 as whole numbers, so that sums over batches are exact.</summary>
public readonly record struct Accuracy(long Correct, long Total)
{
    /// <summary>Share of correct answers, 0..1; 0 where nothing was counted.</summary>
    public double TopOne => Total == 0 ? 0 : (double)Correct / Total;

    /// <summary>Both counts together.</summary>
    public static Accuracy operator +(Accuracy left, Accuracy right) => left.Add(right);

    /// <summary>The counts of two sets of images together.</summary>
    public Accuracy Add(Accuracy other) => new(Correct + other.Correct, Total + other.Total);

    /// <summary>
    /// The class of each image: the largest logit, and the first of equal ones, as numpy's and torch's argmax on the
    /// CPU have it. A NaN never wins; a row of NaN only has class -1, which no label equals.
    /// </summary>
    /// <param name="logits">(images, classes).</param>
    public static int[] Predictions(ReadOnlySpan<float> logits, int classes)
    {
        int[] predictions = new int[Rows.Count(logits.Length, classes)];
        for (int image = 0; image < predictions.Length; image++)
        {
            var row = logits.Slice(image * classes, classes);
            int best = -1;
            for (int i = 0; i < classes; i++)
            {
                if (best < 0 ? !float.IsNaN(row[i]) : row[i] > row[best])
                {
                    best = i;
                }
            }

            predictions[image] = best;
        }

        return predictions;
    }

    /// <summary>Counts the images whose largest logit is their label's.</summary>
    /// <param name="logits">(images, classes).</param>
    /// <exception cref="KernelException">Not one label an image.</exception>
    public static Accuracy Of(ReadOnlySpan<float> logits, int classes, ReadOnlySpan<int> labels) =>
        Of(Predictions(logits, classes), labels);

    /// <summary>
    /// Counts equal pairs: predictions against labels, or against another network's predictions (agreement).
    /// </summary>
    /// <exception cref="KernelException">The counts differ.</exception>
    public static Accuracy Of(ReadOnlySpan<int> predictions, ReadOnlySpan<int> labels)
    {
        if (predictions.Length != labels.Length)
        {
            throw new KernelException($"{labels.Length} labels were given for {predictions.Length} images; there must be one an image.");
        }

        long correct = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            correct += predictions[i] == labels[i] ? 1 : 0;
        }

        return new Accuracy(correct, labels.Length);
    }
}
