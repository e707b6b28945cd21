using Cluster.DataSpecs;

namespace Cluster.Kernels.Calibration;

/// <summary>
/// How a range is chosen from a tensor's statistics, in the text form that users write, also by other tools' names
/// (<see cref="MethodNames.Calibrators"/>): <c>max</c>, <c>moving-average[:0.01]</c>,
/// <c>average</c>, <c>percentile[:99.99]</c>, <c>kl</c>, <c>mse</c>, <c>emd</c>, <c>histogram[:0.99999]</c>,
/// <c>moving-average-abs-max[:0.9]</c>, <c>diffs</c>, <c>histogram-observer</c>; each with <c>:symmetric</c> behind it for ranges with zero
/// in the middle.
/// </summary>
/// <param name="Parameter">For moving-average, the weight of a new image, in (0, 1]; for percentile, the percentage kept, in (50, 100]; for
/// histogram, the share kept, in (0.5, 1]; for moving-average-abs-max, the decay of older images' weight, in (0, 1]; else 0.</param>
public sealed record CalibrationMethod(CalibrationKind Kind, decimal Parameter)
{
    /// <summary>Every method with its default parameter, in the order of the documentation.</summary>
    public static IReadOnlyList<CalibrationMethod> All { get; } =
    [
        new(CalibrationKind.Max, 0),
        new(CalibrationKind.MovingAverage, 0.01m),
        new(CalibrationKind.Average, 0),
        new(CalibrationKind.Percentile, 99.99m),
        new(CalibrationKind.KullbackLeibler, 0),
        new(CalibrationKind.MeanSquaredError, 0),
        new(CalibrationKind.EarthMover, 0),
        new(CalibrationKind.HistogramPercent, 0.99999m),
        new(CalibrationKind.MovingAverageAbsoluteMax, 0.9m),
        new(CalibrationKind.PowerOfTwo, 0),
        new(CalibrationKind.HistogramObserver, 0),
    ];

    /// <summary>Whether a range that has negative numbers has zero in the middle, its code being half of their number.</summary>
    public bool IsSymmetric { get; init; }

    /// <summary>The canonical text: <see cref="Parse"/> turns it back into an equal method.</summary>
    public string Id =>
        (HasParameter ? $"{Word}:{Parameter.ToString("0.############", CultureInfo.InvariantCulture)}" : Word)
        + (IsSymmetric ? $":{MethodNames.Symmetric}" : string.Empty);

    private bool HasParameter => Kind
        is CalibrationKind.MovingAverage
        or CalibrationKind.MovingAverageAbsoluteMax
        or CalibrationKind.Percentile
        or CalibrationKind.HistogramPercent;

    private string Word => Kind switch
    {
        CalibrationKind.Max => "max",
        CalibrationKind.MovingAverage => "moving-average",
        CalibrationKind.Average => "average",
        CalibrationKind.Percentile => "percentile",
        CalibrationKind.KullbackLeibler => "kl",
        CalibrationKind.MeanSquaredError => "mse",
        CalibrationKind.EarthMover => "emd",
        CalibrationKind.HistogramPercent => "histogram",
        CalibrationKind.MovingAverageAbsoluteMax => "moving-average-abs-max",
        CalibrationKind.PowerOfTwo => "diffs",
        _ => "histogram-observer",
    };

    /// <summary>Parses a method.</summary>
    /// <exception cref="KernelException">Unknown word, or a parameter that is missing, superfluous or out of
    /// range.</exception>
    public static CalibrationMethod Parse(string text)
    {
        string known = MethodNames.Calibrator(text);
        bool isSymmetric = known.EndsWith($":{MethodNames.Symmetric}", StringComparison.Ordinal);
        string[] parts = (isSymmetric ? known[..^(MethodNames.Symmetric.Length + 1)] : known).Split(':', 2);
        var method = All.FirstOrDefault(candidate => candidate.Word == parts[0])
            ?? throw new KernelException(
                $"'{text}' is not a calibration method; known are {string.Join(", ", All.Select(one => one.Id))}."
                + Suggestions.Of(parts[0], All.Select(one => one.Word).Concat(MethodNames.Calibrators.Keys)));
        method = method with { IsSymmetric = isSymmetric };
        if (parts.Length == 1)
        {
            return method;
        }

        (decimal above, decimal upTo) = method.Kind switch
        {
            CalibrationKind.MovingAverage or CalibrationKind.MovingAverageAbsoluteMax => (0m, 1m),
            CalibrationKind.Percentile => (50m, 100m),
            CalibrationKind.HistogramPercent => (0.5m, 1m),
            _ => throw new KernelException(
                $"Calibration method '{method.Word}' takes no parameter, but '{text}' was given; write '{method.Word}'."),
        };
        return decimal.TryParse(parts[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal parameter)
            && parameter > above && parameter <= upTo && decimal.Round(parameter, 12) == parameter
            ? method with { Parameter = parameter }
            : throw new KernelException(
                $"'{text}' was given; the parameter of '{method.Word}' is a number above {above} and up to {upTo}, with "
                + "at most 12 decimals.");
    }

    /// <summary>
    /// The range of an activation for affine quantization. It contains 0 and never passes the bounds or, except with diffs, the values
    /// seen. If there are no negative values or the floor is 0, its low end is 0 and only the high end is chosen. Of equally good ranges
    /// the larger is taken. A symmetric range goes from -a n / (n - 1) to a for 2n codes and the largest magnitude a to represent, so that
    /// the scale is a / (n - 1), PaddleSlim's and TensorRT's; that of diffs is so already.
    /// </summary>
    /// <param name="levels">Number of codes, 256 for 8 bits.</param>
    /// <exception cref="KernelException">The histogram is empty.</exception>
    public CalibrationRange Range(ActivationHistogram histogram, ActivationBounds bounds, int levels = 256)
    {
        var view = CalibrationView.Of(histogram);
        var range = Calibrator.Range(this, view, bounds, levels, levels / 2);
        if (!IsSymmetric || range.Low == 0 || Kind == CalibrationKind.PowerOfTwo)
        {
            return range;
        }

        int half = levels / 2;
        float most = Calibrator.Range(this, view.Folded(), ActivationBounds.None, half, half).High;
        return new CalibrationRange(-most * half / (half - 1), most);
    }

    /// <summary>
    /// The largest magnitude to represent in symmetric signed quantization of 8 bits (codes -127 to 127), as in TensorRT; with diffs, the
    /// real value of the largest code.
    /// </summary>
    /// <exception cref="KernelException">The histogram is empty.</exception>
    public float AbsoluteMaximum(ActivationHistogram histogram) =>
        Calibrator.Range(this, CalibrationView.Of(histogram).Folded(), ActivationBounds.None, levels: 128, klLevels: 128).High;

    /// <summary>The method's text in options and plans: <see cref="Id"/>.</summary>
    public override string ToString() => Id;
}
