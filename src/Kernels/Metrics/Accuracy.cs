namespace Cluster.Kernels.Metrics;

/// <summary>Top-1 or top-k accuracy in whole numbers, so that sums over batches are exact.</summary>
public readonly record struct Accuracy(long Correct, long Total)
{
    /// <summary>Adds both counts.</summary>
    public static Accuracy operator +(Accuracy left, Accuracy right) => left.Add(right);

    /// <summary>Adds the counts of two sets of images.</summary>
    public Accuracy Add(Accuracy other) => new(Correct + other.Correct, Total + other.Total);

    /// <summary>
    /// The class of each image: the largest logit, the first of equal ones, as numpy's and torch's argmax on the CPU do. A NaN never wins;
    /// a row of only NaN has class -1, which no label equals.
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
    /// <exception cref="KernelException">There is not one label per image.</exception>
    public static Accuracy Of(ReadOnlySpan<float> logits, int classes, ReadOnlySpan<int> labels) =>
        Of(Predictions(logits, classes), labels);

    /// <summary>
    /// Whether the label is among the <paramref name="ranks"/> largest of an image's logits. Of equal logits the first is the larger, as in
    /// <see cref="Predictions"/>; a NaN is below every number, and a label that has one is not found.
    /// </summary>
    /// <param name="row">The logits of one image.</param>
    /// <param name="label">Its label, an index of <paramref name="row"/>.</param>
    /// <param name="ranks">1 and up.</param>
    public static bool IsAmong(ReadOnlySpan<float> row, int label, int ranks)
    {
        float own = row[label];
        if (float.IsNaN(own))
        {
            return false;
        }

        int before = 0;
        for (int i = 0; i < row.Length; i++)
        {
            before += row[i] > own || (i < label && row[i] == own) ? 1 : 0;
        }

        return before < ranks;
    }

    /// <summary>The classes of the largest logits of one image, largest first, in the order of <see cref="IsAmong"/>.</summary>
    /// <param name="row">The logits of one image, all numbers.</param>
    /// <param name="ranks">1 to the number of classes.</param>
    public static int[] Top(ReadOnlySpan<float> row, int ranks)
    {
        int[] top = new int[ranks];
        int found = 0;
        for (int i = 0; i < row.Length; i++)
        {
            int place = found;
            for (; place > 0 && row[i] > row[top[place - 1]]; place--)
            {
                if (place < ranks)
                {
                    top[place] = top[place - 1];
                }
            }

            if (place < ranks)
            {
                top[place] = i;
                found = Math.Min(ranks, found + 1);
            }
        }

        return top;
    }

    /// <summary>Counts the images whose label is among the <paramref name="ranks"/> largest logits.</summary>
    /// <param name="logits">(images, classes).</param>
    /// <exception cref="KernelException">There is not one label per image.</exception>
    public static Accuracy Among(ReadOnlySpan<float> logits, int classes, ReadOnlySpan<int> labels, int ranks)
    {
        RequireLabels(Rows.Count(logits.Length, classes), labels.Length);
        int correct = 0;
        for (int image = 0; image < labels.Length; image++)
        {
            correct += IsAmong(logits.Slice(image * classes, classes), labels[image], ranks) ? 1 : 0;
        }

        return new Accuracy(correct, labels.Length);
    }

    /// <summary>
    /// Counts equal pairs: predictions against labels, or against another network's predictions (agreement).
    /// </summary>
    /// <exception cref="KernelException">The counts differ.</exception>
    public static Accuracy Of(ReadOnlySpan<int> predictions, ReadOnlySpan<int> labels)
    {
        RequireLabels(predictions.Length, labels.Length);
        long correct = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            correct += predictions[i] == labels[i] ? 1 : 0;
        }

        return new Accuracy(correct, labels.Length);
    }

    private static void RequireLabels(int images, int labels)
    {
        if (images != labels)
        {
            throw new KernelException($"{labels} labels were given for {images} images; there must be one an image.");
        }
    }
}
