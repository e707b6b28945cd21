using System.Numerics;

namespace Cluster.Kernels.Calibration;

/// <summary>
/// Errors of quantizing a histogram, in closed form: within a bin the density is uniform, so bins may be wider than the step. With F the
/// antiderivative of an integrand that depends on the quantizer, sum_bins density * (F(right) - F(left)) is a sum over edges of F times the
/// step of the density there. Zeros are represented exactly and add no error.
/// </summary>
internal sealed class QuantizationError
{
    // Edges and the density's step at each (left minus right), padded with zeros to whole vectors.
    private readonly double[] _edges;
    private readonly double[] _steps;
    private readonly long _count;

    public QuantizationError(CalibrationView view)
    {
        int edges = view.Negative.Length + view.Positive.Length + 1;
        int padded = (edges + Vector<double>.Count - 1) / Vector<double>.Count * Vector<double>.Count;
        _edges = new double[padded];
        _steps = new double[padded];
        _count = view.Count;
        double left = 0;
        for (int i = 0; i < edges; i++)
        {
            int bin = i - view.Negative.Length;
            _edges[i] = bin * view.BinWidth;
            double right = bin >= 0
                ? bin < view.Positive.Length ? view.Positive[bin] / view.BinWidth : 0
                : view.Negative[-bin - 1] / view.BinWidth;
            _steps[i] = left - right;
            left = right;
        }
    }

    /// <summary>Mean of (x - x^)^2.</summary>
    public double MeanSquare(in QuantizationParameters parameters)
    {
        // Around the code k, r = x - k s: the integral of r^2 from 0 is k s^3 / 12 + r^3 / 3. The same holds where k is
        // clamped.
        double scale = parameters.Scale;
        var smallest = new Vector<double>(parameters.Minimum - parameters.ZeroPoint);
        var largest = new Vector<double>(parameters.Maximum - parameters.ZeroPoint);
        var scales = new Vector<double>(scale);
        var reciprocal = new Vector<double>(1 / scale);
        var cell = new Vector<double>(scale * scale * scale / 12);
        var third = new Vector<double>(1.0 / 3);
        var sum = Vector<double>.Zero;
        var edges = MemoryMarshal.Cast<double, Vector<double>>(_edges.AsSpan());
        var steps = MemoryMarshal.Cast<double, Vector<double>>(_steps.AsSpan());
        for (int i = 0; i < edges.Length; i++)
        {
            var code = Vector.MinNative(Vector.MaxNative(Vector.Round(edges[i] * reciprocal), smallest), largest);
            var rest = edges[i] - (code * scales);
            sum += steps[i] * ((code * cell) + (rest * rest * rest * third));
        }

        return Math.Max(Total(sum) / _count, 0);
    }

    /// <summary>Means of x^ and x^^2.</summary>
    public (double Mean, double Square) QuantizedMoments(in QuantizationParameters parameters)
    {
        double scale = parameters.Scale;
        var smallest = new Vector<double>(parameters.Minimum - parameters.ZeroPoint);
        var largest = new Vector<double>(parameters.Maximum - parameters.ZeroPoint);
        var scales = new Vector<double>(scale);
        var cell = new Vector<double>(scale * scale * scale);
        var mean = Vector<double>.Zero;
        var square = Vector<double>.Zero;
        var edges = MemoryMarshal.Cast<double, Vector<double>>(_edges.AsSpan());
        var steps = MemoryMarshal.Cast<double, Vector<double>>(_steps.AsSpan());
        for (int i = 0; i < edges.Length; i++)
        {
            var code = Vector.MinNative(Vector.MaxNative(Vector.Round(edges[i] / scales), smallest), largest);
            var level = code * scales;
            var cells = (code * code * code * (2.0 / 3)) - (code * (1.0 / 6));
            mean += steps[i] * ((level * edges[i]) - (level * level * 0.5));
            square += steps[i] * ((level * level * edges[i]) - (cell * cells));
        }

        return (Total(mean) / _count, Total(square) / _count);
    }

    /// <summary>Means of x and x^2.</summary>
    public (double Mean, double Square) Moments()
    {
        double mean = 0;
        double square = 0;
        for (int i = 0; i < _edges.Length; i++)
        {
            double edge = _edges[i];
            mean += _steps[i] * edge * edge / 2;
            square += _steps[i] * edge * edge * edge / 3;
        }

        return (mean / _count, square / _count);
    }

    // Lane by lane, so that the order of the additions is fixed.
    private static double Total(Vector<double> sum)
    {
        double total = 0;
        for (int lane = 0; lane < Vector<double>.Count; lane++)
        {
            total += sum[lane];
        }

        return total;
    }
}
