namespace Cluster.Kernels.Calibration;

/// <summary>
/// Clips k = floor(n (100 - p) / 100) values at the ends, half of them at each if both ends are free; zeros count among the n. The clip
/// position is interpolated within its bin. If there is less than one value to clip, the end stays.
/// </summary>
internal static class PercentileRange
{
    public static CalibrationRange Find(CalibrationView view, decimal percent, bool bothEnds)
    {
        decimal share = (100 - percent) / (bothEnds ? 200 : 100);

        // In decimal, so that of 10,000 values at 99.99 exactly one is clipped.
        long cut = (long)decimal.Floor(view.Count * share);
        return cut == 0
            ? new CalibrationRange(view.Min, view.Max)
            : new CalibrationRange(
                bothEnds ? -Threshold(view.Negative, view.BinWidth, cut) : 0f,
                Threshold(view.Positive, view.BinWidth, cut));
    }

    private static float Threshold(long[] counts, double width, long cut)
    {
        long left = cut;
        for (int bin = counts.Length - 1; bin >= 0; bin--)
        {
            // Strictly more: where the clip falls between two bins, the range ends at the lower one, not in the gap.
            if (counts[bin] > left)
            {
                return (float)((bin + 1 - ((double)left / counts[bin])) * width);
            }

            left -= counts[bin];
        }

        return 0f;
    }
}
