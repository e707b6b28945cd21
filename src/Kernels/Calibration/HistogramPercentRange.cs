namespace Cluster.Kernels.Calibration;

/// <summary>
/// The centre of the first bin of |x|, from zero on, at which the cumulative share of all values reaches the given one.
/// </summary>
internal static class HistogramPercentRange
{
    public static CalibrationRange Find(CalibrationView view, double share)
    {
        long[] magnitudes = view.Magnitudes();
        long seen = view.Count - magnitudes.Sum();
        // Values in no bin are zeros.
        for (int bin = 0; bin < magnitudes.Length; bin++)
        {
            seen += magnitudes[bin];
            if (seen >= share * view.Count)
            {
                float threshold = (float)((bin + 0.5) * view.BinWidth);
                return new CalibrationRange(-threshold, threshold);
            }
        }

        return new CalibrationRange(view.Min, view.Max);
    }
}
