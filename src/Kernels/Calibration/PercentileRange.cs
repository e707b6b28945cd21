namespace Cluster.Kernels.Calibration;

/// <summary>
/// Cuts k = floor(n (100 - p) / 100) values off the ends, half of them at each where both ends are free; zeros count
/// among the n. Within the bin where the cut falls its position is interpolated. Fewer than one value to cut leaves the
/// end where it is.
/// </summary>
internal static class PercentileRange
{
    public static CalibrationRange Find(CalibrationView view, decimal percent, bool bothEnds)
    {
        decimal share = (100 - percent) / (bothEnds ? 200 : 100);

        // In decimal, so that 10,000 values at 99.99 have exactly one to cut.
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
            // Strictly more: where the cut falls between two bins the range ends at the lower one, not in the gap.
            if (counts[bin] > left)
            {
                return (float)((bin + 1 - ((double)left / counts[bin])) * width);
            }

            left -= counts[bin];
        }

        return 0f;
    }
}
