namespace Cluster.Kernels.Calibration;

/// <summary>
/// Finds the range with the least mean squared error. If the low end is 0, only the high end moves; else both ends shrink together on a
/// geometric grid, then each end in turn moves on the grid and in finer steps around its best. Candidates are scored with the scale and the
/// zero point they would really have. Each sweep goes from wide to narrow and keeps the first of equal errors: the larger range wins.
/// </summary>
internal static class LeastSquaresRange
{
    // Factors 2^(-j / 8) down to 2^-10: a far outlier may need a thousandth of the range.
    private const int PerOctave = 8;
    private const int GridSize = (10 * PerOctave) + 1;
    private const int FineSteps = 32;
    private const int Rounds = 2;

    public static CalibrationRange Find(CalibrationView view, CalibrationRange limits, int levels)
    {
        var search = new Search(new QuantizationError(view), new ClippingError(view), levels, limits);
        if (limits.Low == 0)
        {
            search.Coarse(factor => new CalibrationRange(0f, limits.High * factor));
            search.Refine(limits.High, search.Best.High, high => new CalibrationRange(0f, high));
            return search.Best;
        }

        search.Coarse(factor => new CalibrationRange(limits.Low * factor, limits.High * factor));
        for (int round = 0; round < Rounds; round++)
        {
            search.Coarse(factor => search.Best with { Low = limits.Low * factor });
            search.Refine(limits.Low, search.Best.Low, low => search.Best with { Low = low });
            search.Coarse(factor => search.Best with { High = limits.High * factor });
            search.Refine(limits.High, search.Best.High, high => search.Best with { High = high });
        }

        return search.Best;
    }

    private sealed class Search(QuantizationError error, ClippingError clipping, int levels, CalibrationRange limits)
    {
        private double _least = error.MeanSquare(Parameters(limits, levels));

        public CalibrationRange Best { get; private set; } = limits;

        public void Coarse(Func<float, CalibrationRange> candidate)
        {
            for (int j = 0; j < GridSize; j++)
            {
                Try(candidate((float)Math.Pow(2, -(double)j / PerOctave)));
            }
        }

        /// <summary>Tries steps between the grid's neighbours of <paramref name="end"/>, widest first, never past the limit.</summary>
        public void Refine(float limit, float end, Func<float, CalibrationRange> candidate)
        {
            double ratio = Math.Pow(2, 1.0 / PerOctave);
            double widest = Math.Min(Math.Abs(limit), Math.Abs(end) * ratio);
            double narrowest = Math.Abs(end) / ratio;
            for (int i = 0; i <= FineSteps; i++)
            {
                double magnitude = widest + ((narrowest - widest) * i / FineSteps);
                Try(candidate((float)Math.CopySign(magnitude, limit)));
            }
        }

        private static QuantizationParameters Parameters(CalibrationRange range, int levels) =>
            QuantizationParameters.FromRange(range.Low, range.High, 0, levels - 1);

        private void Try(CalibrationRange range)
        {
            var parameters = Parameters(range, levels);
            double below = parameters.ZeroPoint * (double)parameters.Scale;
            double above = (levels - 1 - parameters.ZeroPoint) * (double)parameters.Scale;
            if (clipping.AtLeast(below, above) > _least)
            {
                return;
            }

            double candidate = error.MeanSquare(parameters);
            if (candidate < _least)
            {
                _least = candidate;
                Best = range;
            }
        }
    }
}
