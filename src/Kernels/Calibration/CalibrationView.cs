using System.Numerics.Tensors;

namespace Cluster.Kernels.Calibration;

/// <summary>
/// A histogram as calibrators read it: bins without zeros on each side, and the range of every image in order.
/// </summary>
internal sealed record CalibrationView
{
    public required string Name { get; init; }

    public required double BinWidth { get; init; }

    /// <summary>Bins above zero up to the last that is not empty.</summary>
    public required long[] Positive { get; init; }

    /// <summary>Bins below zero by magnitude, likewise.</summary>
    public required long[] Negative { get; init; }

    public required long Count { get; init; }

    public required float Min { get; init; }

    public required float Max { get; init; }

    public required float[] ImageMinima { get; init; }

    public required float[] ImageMaxima { get; init; }

    public static CalibrationView Of(ActivationHistogram histogram)
    {
        if (histogram.HasInfinity)
        {
            throw new KernelException($"Tensor '{histogram.Name}' holds infinity for a calibration image, so it has no range to quantize.");
        }

        if (histogram.Count == 0)
        {
            throw new KernelException($"No calibration image reached tensor '{histogram.Name}'; calibrate with at least one image.");
        }

        return new CalibrationView
        {
            Name = histogram.Name,
            BinWidth = histogram.BinWidth,
            Positive = Trimmed(histogram.Positive),
            Negative = Trimmed(histogram.Negative),
            Count = histogram.Count,
            Min = histogram.Min,
            Max = histogram.Max,
            ImageMinima = Array.FindAll(histogram.ImageMinima.ToArray(), value => !float.IsNaN(value)),
            ImageMaxima = Array.FindAll(histogram.ImageMaxima.ToArray(), value => !float.IsNaN(value)),
        };
    }

    /// <summary>The view of |x|.</summary>
    public CalibrationView Folded()
    {
        float[] maxima = [.. ImageMaxima.Zip(ImageMinima, (maximum, minimum) => Math.Max(maximum, -minimum))];
        return this with
        {
            Positive = Magnitudes(),
            Negative = [],
            Min = 0,
            Max = Math.Max(Max, -Min),
            ImageMinima = new float[maxima.Length],
            ImageMaxima = maxima,
        };
    }

    /// <summary>The view of -x.</summary>
    public CalibrationView Mirrored() => this with
    {
        Positive = Negative,
        Negative = Positive,
        Min = -Max,
        Max = -Min,
        ImageMinima = Array.ConvertAll(ImageMaxima, value => -value),
        ImageMaxima = Array.ConvertAll(ImageMinima, value => -value),
    };

    /// <summary>Counts of |x|.</summary>
    public long[] Magnitudes()
    {
        long[] sum = new long[Math.Max(Positive.Length, Negative.Length)];
        Positive.CopyTo(sum, 0);
        TensorPrimitives.Add(sum.AsSpan(0, Negative.Length), Negative, sum);
        return sum;
    }

    private static long[] Trimmed(ReadOnlySpan<long> counts) => counts[..(counts.LastIndexOfAnyExcept(0L) + 1)].ToArray();
}
