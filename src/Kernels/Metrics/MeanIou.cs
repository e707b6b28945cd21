namespace Cluster.Kernels.Metrics;

/// <summary>
/// Mean intersection over union: over the classes that occur in the masks, the pixels that are of a class in both, over those that are of
/// it in either, of all images together.
/// </summary>
public static class MeanIou
{
    /// <summary>
    /// 1 - mIoU as a mean over images: the loss of an image is 1 - mIoU minus the image's influence on it, the derivative by the image's
    /// weight times the number of images (the infinitesimal jackknife, as for mean average precision). Losses of two networks can be
    /// paired.
    /// </summary>
    /// <param name="classes">Number of classes.</param>
    /// <param name="images">Number of images.</param>
    /// <param name="read">Of an image, the class that is found at each pixel, and that of its mask; one outside of the classes is not
    /// judged where a mask has it, and of no class where it is found.</param>
    /// <returns>One loss per image; without a judged pixel all are 0.</returns>
    public static float[] Losses(int classes, int images, Func<int, (int[] Found, int[] Mask)> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        var counts = ParallelEnumerable.Range(0, images).AsOrdered().Select(read)
            .Select(image => Count(classes, image.Found, image.Mask))
            .ToArray();
        var parts = Enumerable.Range(0, classes)
            .Where(kind => counts.Any(count => count.There[kind] > 0))
            .Select(kind => (
                Kind: kind,
                Both: counts.Sum(count => (double)count.Both[kind]),
                Either: counts.Sum(count => (double)count.Either[kind])))
            .ToArray();
        double mean = parts.Select(part => part.Both / part.Either).DefaultIfEmpty(1).Average();
        return
        [
            .. counts.Select(count => (float)(1 - mean - (parts.Sum(part =>
                (count.Both[part.Kind] - (part.Both / part.Either * count.Either[part.Kind])) / part.Either)
                * counts.Length / Math.Max(1, parts.Length)))),
        ];
    }

    private static (long[] Both, long[] Either, long[] There) Count(int classes, int[] found, int[] mask)
    {
        var (both, either, there) = (new long[classes], new long[classes], new long[classes]);
        for (int i = 0; i < mask.Length; i++)
        {
            var (left, right) = (found[i], mask[i]);
            if (right < 0 || right >= classes)
            {
                continue;
            }

            there[right]++;
            either[right]++;
            if (left == right)
            {
                both[right]++;
            }
            else if (left >= 0 && left < classes)
            {
                either[left]++;
            }
        }

        return (both, either, there);
    }
}
