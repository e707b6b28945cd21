using Cluster.Kernels.Calibration.Entropy;

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
