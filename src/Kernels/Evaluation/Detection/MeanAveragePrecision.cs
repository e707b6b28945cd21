namespace Cluster.Kernels.Evaluation.Detection;

/// <summary>
/// Mean average precision as defined by COCO: over the classes that occur in the labels and over overlaps. A detection is right if an
/// object of its class overlaps it enough and no detection with a higher score has taken that object; it takes the one that overlaps most.
/// </summary>
public static class MeanAveragePrecision
{
    /// <summary>The overlap threshold of mAP50.</summary>
    public static IReadOnlyList<double> Half { get; } = [0.5];

    /// <summary>The overlap thresholds of mAP50-95: 0.5, 0.55, ..., 0.95.</summary>
    public static IReadOnlyList<double> HalfToAll { get; } = [.. Enumerable.Range(0, 10).Select(i => (50 + (5 * i)) / 100.0)];

    /// <summary>
    /// 1 - mAP as a mean over images: the loss of an image is 1 - mAP minus the image's influence on mAP (<see cref="AveragePrecision"/>).
    /// Losses of two networks on the same images can be paired, as for any other metric.
    /// </summary>
    /// <param name="outputs">(images, 4 + classes, candidates).</param>
    /// <param name="labels">(images, boxes, 5).</param>
    /// <param name="images">Number of images.</param>
    /// <param name="format">The layout of both.</param>
    /// <param name="overlaps">Least overlaps at which a detection is right.</param>
    /// <returns>One loss per image; if no image has an object, nothing can be missed, and all are 0.</returns>
    /// <exception cref="KernelException">A label is wrong.</exception>
    public static float[] Losses(
        ReadOnlyMemory<float> outputs, ReadOnlyMemory<float> labels, int images, BoxFormat format, IReadOnlyList<double> overlaps)
    {
        ArgumentNullException.ThrowIfNull(format);
        ArgumentNullException.ThrowIfNull(overlaps);
        var (found, there) = (new IReadOnlyList<DetectedBox>[images], new IReadOnlyList<LabelledBox>[images]);
        Parallel.For(0, images, i =>
        {
            found[i] = format.Detections(Part(outputs, i, images));
            there[i] = format.Labels(Part(labels, i, images));
        });
        int[] kinds = [.. there.SelectMany(boxes => boxes).Select(box => box.Class).Distinct().Order()];
        var parts = kinds.SelectMany(kind => overlaps.Select(overlap => (Kind: kind, Overlap: overlap)))
            .AsParallel()
            .AsOrdered()
            .Select(part => AveragePrecision.Of(
                Ranked(found, there, part.Kind, part.Overlap), [.. there.Select(boxes => boxes.Count(box => box.Class == part.Kind))]))
            .ToArray();
        double mean = parts.Select(part => part.Value).DefaultIfEmpty(1).Average();
        return
        [
            .. Enumerable.Range(0, images)
                .Select(i => (float)(1 - mean - (parts.Sum(part => part.Influences[i]) / Math.Max(1, parts.Length)))),
        ];
    }

    private static ReadOnlySpan<float> Part(ReadOnlyMemory<float> all, int image, int images)
    {
        int width = all.Length / images;
        return all.Span.Slice(image * width, width);
    }

    // Among equal scores the earlier image comes first.
    private static (int Image, bool Right)[] Ranked(
        IReadOnlyList<DetectedBox>[] found, IReadOnlyList<LabelledBox>[] there, int kind, double overlap) =>
    [
        .. found
            .SelectMany((boxes, image) => Matched(boxes, there[image], kind, overlap)
                .Select(pair => (pair.Score, Image: image, pair.Right)))
            .OrderByDescending(pair => pair.Score)
            .Select(pair => (pair.Image, pair.Right)),
    ];

    private static IEnumerable<(float Score, bool Right)> Matched(
        IReadOnlyList<DetectedBox> found, IReadOnlyList<LabelledBox> there, int kind, double overlap)
    {
        var free = there.Where(box => box.Class == kind).Select(box => box.Box).ToList();
        foreach (var detection in found.Where(box => box.Class == kind))
        {
            int best = free.Count == 0 ? -1 : Enumerable.Range(0, free.Count).MaxBy(i => free[i].Overlap(detection.Box));
            bool isRight = best >= 0 && free[best].Overlap(detection.Box) >= overlap;
            if (isRight)
            {
                free.RemoveAt(best);
            }

            yield return (detection.Score, isRight);
        }
    }
}
