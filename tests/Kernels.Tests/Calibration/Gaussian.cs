namespace Cluster.Kernels.Tests.Calibration;

/// <summary>Histograms of the standard normal distribution, from its integral rather than from samples.</summary>
internal static class Gaussian
{
    /// <summary>Simpson's rule: exact to 1e-15 over the narrow bins used here.</summary>
    public static double Mass(double from, double to)
    {
        const int intervals = 16;
        double step = (to - from) / intervals;
        double sum = Density(from) + Density(to);
        for (int i = 1; i < intervals; i++)
        {
            sum += Density(from + (i * step)) * (i % 2 == 0 ? 2 : 4);
        }

        return sum * step / 3;
    }

    /// <summary>round(total * mass) in each bin of |x| up to <paramref name="range"/>.</summary>
    public static long[] Magnitudes(double range, int bins, double total)
    {
        double width = range / bins;
        return [.. Enumerable.Range(0, bins).Select(i => (long)Math.Round(total * Mass(i * width, (i + 1) * width)))];
    }

    /// <summary>A histogram of N(0, 1) up to <paramref name="range"/> on both sides.</summary>
    public static ActivationHistogram Histogram(float range, double total = 1e12)
    {
        int exponent = ActivationHistogram.ExponentFor(range);
        double width = Math.ScaleB(1, exponent - 13);
        long[] counts = Magnitudes((int)(range / width) * width, (int)(range / width), total);
        var histogram = new ActivationHistogram("gaussian");
        histogram.Restore(exponent, counts, counts, 0, [-range], [range]);
        return histogram;
    }

    private static double Density(double x) => Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
}
