namespace Cluster.Kernels.Calibration;

/// <summary>
/// The error of clipping alone: a cheap lower bound of the squared error of any quantizer that represents nothing beyond the given ends. It
/// counts whole bins beyond an end, with uniform density, but not the bin that holds the end.
/// </summary>
internal sealed class ClippingError
{
    // The sums are large numbers of nearly equal size: subtract what rounding may have added to their difference.
    private const double Doubt = 1e-9;

    private readonly double _width;
    private readonly Tail _positive;
    private readonly Tail _negative;
    private readonly long _count;

    public ClippingError(CalibrationView view)
    {
        _width = view.BinWidth;
        _positive = new Tail(view.Positive, view.BinWidth);
        _negative = new Tail(view.Negative, view.BinWidth);
        _count = view.Count;
    }

    /// <summary>A lower bound of the mean of (x - x^)^2 if every x^ is in [-below, above]; both at least 0.</summary>
    public double AtLeast(double below, double above) => (_negative.Beyond(below, _width) + _positive.Beyond(above, _width)) / _count;

    // Sums over the bins from each one on, of 1, x and x^2.
    private sealed class Tail
    {
        private readonly double[] _ones;
        private readonly double[] _values;
        private readonly double[] _squares;

        public Tail(long[] counts, double width)
        {
            _ones = new double[counts.Length + 1];
            _values = new double[counts.Length + 1];
            _squares = new double[counts.Length + 1];
            for (int bin = counts.Length - 1; bin >= 0; bin--)
            {
                double centre = bin + 0.5;
                _ones[bin] = _ones[bin + 1] + counts[bin];
                _values[bin] = _values[bin + 1] + (counts[bin] * centre * width);
                _squares[bin] = _squares[bin + 1] + (counts[bin] * ((centre * centre) + (1.0 / 12)) * width * width);
            }
        }

        public double Beyond(double end, double width)
        {
            double bin = Math.Ceiling(end / width);
            if (bin >= _ones.Length)
            {
                return 0;
            }

            int first = (int)bin;
            double sum = _squares[first] - (2 * end * _values[first]) + (end * end * _ones[first]);
            return Math.Max(sum - (Doubt * _squares[first]), 0);
        }
    }
}
