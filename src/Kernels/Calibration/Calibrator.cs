namespace Cluster.Kernels.Calibration;

/// <summary>The part that every method shares: which ends are free, and keeping the range within them.</summary>
internal static class Calibrator
{
    public static CalibrationRange Range(CalibrationMethod method, CalibrationView view, ActivationBounds bounds, int levels, int klLevels)
    {
        var limits = Limits(view, bounds);
        if (limits.Low == 0 && limits.High == 0)
        {
            return limits;
        }

        if (limits.High == 0)
        {
            // Only negative numbers: the same search on -x.
            var mirrored = Range(method, view.Mirrored(), new ActivationBounds(-bounds.Ceiling, -bounds.Floor), levels, klLevels);
            return new CalibrationRange(0f - mirrored.High, 0f);
        }

        var chosen = method.Kind switch
        {
            CalibrationKind.Max => limits,
            CalibrationKind.MovingAverage => ImageAverages.Moving(view, (double)method.Parameter),
            CalibrationKind.MovingAverageAbsoluteMax => ImageAverages.MovingMagnitude(view, (double)method.Parameter),
            CalibrationKind.Average => ImageAverages.Mean(view),
            CalibrationKind.Percentile => PercentileRange.Find(view, method.Parameter, limits.Low < 0),
            CalibrationKind.KullbackLeibler => KlRange.Find(view, klLevels),
            CalibrationKind.MeanSquaredError => LeastSquaresRange.Find(view, limits, levels),
            CalibrationKind.EarthMover => EarthMoverRange.Find(view, limits, levels),
            CalibrationKind.PowerOfTwo => PowerOfTwoRange.Find(view, limits, levels),
            CalibrationKind.HistogramObserver => HistogramObserverRange.Find(view, levels),
            _ => HistogramPercentRange.Find(view, (double)method.Parameter),
        };
        if (method.Kind == CalibrationKind.PowerOfTwo)
        {
            // Clipped to the values seen, the scale would not be a power of two; runtimes need it clipped at the activation's bounds.
            return WithinBounds(chosen, bounds);
        }

        float low = Math.Clamp(chosen.Low, limits.Low, 0f);
        float high = Math.Clamp(chosen.High, 0f, limits.High);

        // A percentile of a tensor that is almost all zeros is zero, which would be an empty range.
        return low == 0 && high == 0 ? limits : new CalibrationRange(low, high);
    }

    private static CalibrationRange Limits(CalibrationView view, ActivationBounds bounds)
    {
        float low = Math.Min(view.Min, 0f);
        float high = Math.Max(view.Max, 0f);
        return WithinBounds(new CalibrationRange(low, high), bounds);
    }

    private static CalibrationRange WithinBounds(CalibrationRange range, ActivationBounds bounds) => new(
        bounds.Floor is { } floor ? Math.Max(range.Low, Math.Min(floor, 0f)) : range.Low,
        bounds.Ceiling is { } ceiling ? Math.Min(range.High, Math.Max(ceiling, 0f)) : range.High);
}

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

/// <summary>
/// PyTorch's search (<see cref="HistogramSearch"/>) over bins on both sides of zero: <see cref="ActivationHistogram"/>'s, joined until they
/// are at most 2048, PyTorch's number. PyTorch's bins begin at the smallest value; these at a multiple of their width.
/// </summary>
internal static class HistogramObserverRange
{
    private const int Most = 2048;

    public static CalibrationRange Find(CalibrationView view, int levels)
    {
        int joined = 1;
        while (Joined(view.Negative.Length, joined) + Joined(view.Positive.Length, joined) > Most)
        {
            joined *= 2;
        }

        int below = Joined(view.Negative.Length, joined);
        double[] counts = new double[below + Math.Max(Joined(view.Positive.Length, joined), 1)];
        for (int i = 0; i < view.Negative.Length; i++)
        {
            counts[below - 1 - (i / joined)] += view.Negative[i];
        }

        for (int i = 0; i < view.Positive.Length; i++)
        {
            counts[below + (i / joined)] += view.Positive[i];
        }

        // Zeros are in no bin; PyTorch's is the one that begins there.
        counts[below] += view.Count - view.Positive.Sum() - view.Negative.Sum();
        double width = joined * view.BinWidth;
        var (start, end, _) = HistogramSearch.Least(counts, width, levels);
        return new CalibrationRange((float)((start - below) * width), (float)((end + 1 - below) * width));
    }

    private static int Joined(int bins, int joined) => (bins + joined - 1) / joined;
}

/// <summary>Ranges averaged over images rather than batches, so that the batch size does not matter.</summary>
internal static class ImageAverages
{
    public static CalibrationRange Moving(CalibrationView view, double weight) =>
        new(Moving(view.ImageMinima, weight), Moving(view.ImageMaxima, weight));

    public static CalibrationRange Mean(CalibrationView view) => new(Mean(view.ImageMinima), Mean(view.ImageMaxima));

    /// <summary>PaddleSlim's average: older images lose weight as in a moving average, and the first gets no extra weight.</summary>
    /// <param name="rate">The factor by which each later image reduces an image's weight, above 0 and up to 1.</param>
    public static CalibrationRange MovingMagnitude(CalibrationView view, double rate)
    {
        double state = 0;
        double sum = 0;
        foreach (var (minimum, maximum) in view.ImageMinima.Zip(view.ImageMaxima))
        {
            state = (rate * state) + 1;
            sum = (rate * sum) + Math.Max(maximum, -minimum);
        }

        float threshold = (float)(sum / state);
        return new CalibrationRange(-threshold, threshold);
    }

    private static float Moving(float[] values, double weight)
    {
        double average = values[0];
        foreach (float value in values.AsSpan(1))
        {
            average += weight * (value - average);
        }

        return (float)average;
    }

    private static float Mean(float[] values) => (float)values.Average(value => (double)value);
}

/// <summary>
/// PaddleSlim's EMD loss |mean x - mean x^| + |std x - std x^| over the factors 1.00, 0.98, ... 0.30 of the range, both ends together; of
/// equal losses the larger factor wins.
/// </summary>
internal static class EarthMoverRange
{
    private const int LargestPercent = 100;
    private const int SmallestPercent = 30;
    private const int Step = 2;

    public static CalibrationRange Find(CalibrationView view, CalibrationRange limits, int levels)
    {
        var error = new QuantizationError(view);
        (double mean, double square) = error.Moments();
        double deviation = Deviation(mean, square);
        var best = limits;
        double least = double.PositiveInfinity;
        for (int percent = LargestPercent; percent >= SmallestPercent; percent -= Step)
        {
            var range = new CalibrationRange(limits.Low * percent / LargestPercent, limits.High * percent / LargestPercent);
            (double quantizedMean, double quantizedSquare) = error.QuantizedMoments(
                QuantizationParameters.FromRange(range.Low, range.High, 0, levels - 1));
            double loss = Math.Abs(mean - quantizedMean) + Math.Abs(deviation - Deviation(quantizedMean, quantizedSquare));
            if (loss < least)
            {
                least = loss;
                best = range;
            }
        }

        return best;
    }

    private static double Deviation(double mean, double square) => Math.Sqrt(Math.Max(square - (mean * mean), 0));
}

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

/// <summary>
/// Vitis AI's `diffs`: of the finest power-of-two scale with which nothing overflows and the next five finer ones, the scale with the least
/// squared error over all calibration images, which count as one batch; of equal ones the coarser. If a tensor has negative numbers, codes
/// are signed, with zero in the middle.
/// </summary>
internal static class PowerOfTwoRange
{
    private const int Finer = 5;

    // 2^-100 is the smallest scale.
    private const int FinestPosition = 100;

    /// <param name="limits">Smallest and largest value to represent; one of them is not 0.</param>
    /// <param name="levels">Number of codes.</param>
    /// <returns>The real values of the smallest and the largest code: up to a factor of two beyond the values seen.</returns>
    public static CalibrationRange Find(CalibrationView view, CalibrationRange limits, int levels)
    {
        var error = new QuantizationError(view);
        int zero = limits.Low < 0 ? levels / 2 : 0;
        int first = Math.Min(Position(levels - 1 - zero, limits.High), Position(-zero, limits.Low));
        var best = Parameters(first);
        double least = error.MeanSquare(best);
        for (int position = first + 1; position <= Math.Min(first + Finer, FinestPosition); position++)
        {
            var candidate = Parameters(position);
            double loss = error.MeanSquare(candidate);
            if (loss < least)
            {
                least = loss;
                best = candidate;
            }
        }

        return new CalibrationRange(best.Low, best.High);

        QuantizationParameters Parameters(int position) => new((float)Math.ScaleB(1, -position), zero, 0, levels - 1);
    }

    // The largest p for which value * 2^p does not pass the end code; unlimited if the value is 0.
    private static int Position(double end, double value) =>
        value == 0 ? FinestPosition : Math.Min(FinestPosition, (int)Math.Floor(Math.Log2(end / value)));
}
