namespace Cluster.Kernels.Calibration;

/// <summary>
/// The KL threshold applied to |x| of both sides at once: the range is [-T, T] clipped to the values seen. Exact zeros are in no bin, and
/// the bin next to zero counts no more than its neighbour: a peak there would pull the threshold to it (a ResNet-20 loses half its
/// accuracy).
/// </summary>
internal static class KlRange
{
    // A quarter of the bins of the histogram, 1025 to 2048: the published number. Finer ones hold fewer samples each,
    // and the noise of their counts adds more to the divergence than clipping does.
    private const int Coarse = 4;

    // There are 2^(bits - 1) levels, for unsigned codes too, as published: more of them clip less than the squared error calls for.
    public static CalibrationRange Find(CalibrationView view, int levels)
    {
        long[] fine = view.Magnitudes();
        long[] coarse = [.. fine.Chunk(Coarse).Select(bins => bins.Sum())];
        var threshold = KlThreshold.Find(WithoutPeak(coarse), levels, foldOutliers: true);
        double width = view.BinWidth * Coarse;
        if (threshold.Bins <= levels)
        {
            // The narrowest candidate won, so the answer may lie inside it: far outliers have made the bins too coarse.
            // Search the fine ones.
            threshold = KlThreshold.Find(WithoutPeak(fine), levels, foldOutliers: true);
            width = view.BinWidth;
        }

        bool all = threshold.Bins >= (width == view.BinWidth ? fine.Length : coarse.Length);
        float limit = all ? Math.Max(view.Max, -view.Min) : (float)((threshold.Bins + 0.5) * width);
        return new CalibrationRange(-limit, limit);
    }

    private static long[] WithoutPeak(long[] counts)
    {
        long[] copy = (long[])counts.Clone();
        if (copy.Length > 1 && copy[1] > 0)
        {
            copy[0] = Math.Min(copy[0], copy[1]);
        }

        return copy;
    }
}
