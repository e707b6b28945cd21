namespace Cluster.Kernels.Metrics.Detection;

/// <summary>
/// Mean average precision as defined by COCO: over the classes that occur in the labels and over overlaps. A detection is right if an
/// object of its class overlaps it enough and no detection with a higher score has taken that object; it takes the one that overlaps most.
/// The 100 surest detections of a class count in an image.
/// </summary>
public static class MeanAveragePrecision
{
    // COCO's maxDets.
    private const int MostOfAClass = 100;

    /// <summary>The overlap threshold of mAP50.</summary>
    public static IReadOnlyList<double> Half { get; } = [0.5];

    /// <summary>The overlap thresholds of mAP50-95: 0.5, 0.55, ..., 0.95.</summary>
    public static IReadOnlyList<double> HalfToAll { get; } = [.. Enumerable.Range(0, 10).Select(i => (50 + (5 * i)) / 100.0)];

    /// <summary>
    /// 1 - mAP as a mean over images: the loss of an image is 1 - mAP minus the image's influence on mAP (<see cref="AveragePrecision"/>).
    /// Losses of two networks on the same images can be paired, as for any other metric.
    /// </summary>
    /// <param name="found">The detections of each image, by descending score.</param>
    /// <param name="there">The labels of each image.</param>
    /// <param name="overlaps">Least overlaps at which a detection is right.</param>
    /// <returns>One loss per image; if no image has an object, nothing can be missed, and all are 0.</returns>
    public static float[] Losses(
        IReadOnlyList<IReadOnlyList<DetectedBox>> found, IReadOnlyList<IReadOnlyList<LabelledBox>> there, IReadOnlyList<double> overlaps)
    {
        ArgumentNullException.ThrowIfNull(there);
        ArgumentNullException.ThrowIfNull(overlaps);
        int images = there.Count;
        int[] kinds = [.. there.SelectMany(boxes => boxes).Where(box => !box.IsCrowd).Select(box => box.Class).Distinct().Order()];
        var parts = kinds.SelectMany(kind => overlaps.Select(overlap => (Kind: kind, Overlap: overlap)))
            .AsParallel()
            .AsOrdered()
            .Select(part => AveragePrecision.Of(
                Ranked(found, there, part.Kind, part.Overlap),
                [.. there.Select(boxes => boxes.Count(box => box.Class == part.Kind && !box.IsCrowd))]))
            .ToArray();
        double mean = parts.Select(part => part.Value).DefaultIfEmpty(1).Average();
        return
        [
            .. Enumerable.Range(0, images)
                .Select(i => (float)(1 - mean - (parts.Sum(part => part.Influences[i]) / Math.Max(1, parts.Length)))),
        ];
    }

    // Among equal scores the earlier image comes first.
    private static (int Image, bool Right)[] Ranked(
        IReadOnlyList<IReadOnlyList<DetectedBox>> found, IReadOnlyList<IReadOnlyList<LabelledBox>> there, int kind, double overlap) =>
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
        var free = there.Where(box => box.Class == kind && !box.IsCrowd).Select(box => box.Box).ToList();
        BoundingBox[] crowds = [.. there.Where(box => box.Class == kind && box.IsCrowd).Select(box => box.Box)];
        foreach (var detection in found.Where(box => box.Class == kind).Take(MostOfAClass))
        {
            // Of objects that overlap alike, COCO takes the last.
            int best = free.Count == 0 ? -1 : Enumerable.Range(0, free.Count).Reverse().MaxBy(i => free[i].Overlap(detection.Box));
            bool isRight = best >= 0 && free[best].Overlap(detection.Box) >= overlap;
            if (isRight)
            {
                free.RemoveAt(best);
            }
            else if (Array.Exists(crowds, crowd => detection.Box.Inside(crowd) >= overlap))
            {
                continue; // one of many that no label counts
            }

            yield return (detection.Score, isRight);
        }
    }
}
