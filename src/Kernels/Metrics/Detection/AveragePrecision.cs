namespace Cluster.Kernels.Metrics.Detection;

/// <summary>Average precision of one class at one overlap, and each image's influence on it.</summary>
/// <param name="Value">As in COCO: the mean over the recalls 0, 0.01, ..., 1 of the best precision at that recall or a higher one.</param>
/// <param name="Influences">
/// For each image, the derivative of the area under the precision's envelope by the image's weight, times the number of images. They add up
/// to 0, and their standard deviation over the root of their number is the standard error of the area (the infinitesimal jackknife; Efron
/// 1982).
/// </param>
internal sealed record AveragePrecision(double Value, double[] Influences)
{
    private const int Recalls = 101;

    /// <param name="ranked">Image of each detection and whether it is right, by descending score.</param>
    /// <param name="objects">Objects of each image; at least one in total.</param>
    public static AveragePrecision Of(IReadOnlyList<(int Image, bool Right)> ranked, IReadOnlyList<int> objects)
    {
        double all = objects.Sum();
        var (precision, best) = Envelope(ranked);
        double[] influences = new double[objects.Count];
        double area = 0;

        // How many right detections take their precision from place k: a wrong detection before it lowers them, a right one raises them.
        double[] leaning = new double[ranked.Count];
        for (int i = 0; i < ranked.Count; i++)
        {
            if (ranked[i].Right)
            {
                area += precision[best[i]] / all;
                influences[ranked[i].Image] += precision[best[i]] / all;
                leaning[best[i]]++;
            }
        }

        double gain = 0;
        double cost = 0;
        for (int i = ranked.Count - 1; i >= 0; i--)
        {
            gain += leaning[i] / (i + 1);
            cost += leaning[i] * precision[i] / (i + 1);
            influences[ranked[i].Image] += ((ranked[i].Right ? gain : 0) - cost) / all;
        }

        for (int image = 0; image < influences.Length; image++)
        {
            influences[image] = objects.Count * (influences[image] - (area * objects[image] / all));
        }

        return new AveragePrecision(AtRecalls(ranked, precision, best, all), influences);
    }

    // The precision at each place, and the place of the best precision from there on.
    private static (double[] Precision, int[] Best) Envelope(IReadOnlyList<(int Image, bool Right)> ranked)
    {
        double[] precision = new double[ranked.Count];
        int right = 0;
        for (int i = 0; i < ranked.Count; i++)
        {
            right += ranked[i].Right ? 1 : 0;
            precision[i] = (double)right / (i + 1);
        }

        int[] best = new int[ranked.Count];
        for (int i = ranked.Count - 1, at = i; i >= 0; i--)
        {
            at = precision[i] >= precision[at] ? i : at;
            best[i] = at;
        }

        return (precision, best);
    }

    private static double AtRecalls(IReadOnlyList<(int Image, bool Right)> ranked, double[] precision, int[] best, double all)
    {
        double sum = 0;
        int place = 0;
        int right = 0;
        for (int recall = 0; recall < Recalls; recall++)
        {
            // The first place that reaches this recall; in integers, so that nothing is rounded.
            while (place < ranked.Count && (100 * (right + (ranked[place].Right ? 1 : 0))) < recall * all)
            {
                right += ranked[place++].Right ? 1 : 0;
            }

            sum += place < ranked.Count ? precision[best[place]] : 0;
        }

        return sum / Recalls;
    }
}
