using System.Globalization;
using Cluster.Kernels.Calibration;
using Cluster.Learning.Optimizers;

namespace Cluster.Reproductions.Vitis;

/// <summary>The text's examples, computed by the code that plans are made with.</summary>
internal static class VitisExamples
{
    // The two tensors that the text draws and prints.
    private static readonly float[] First =
        [-.1551f, .4171f, .0281f, .8844f, -.0766f, 1.4027f, .1924f, .8369f, .7786f, 1.0915f, .4398f, -1.8102f];

    private static readonly float[] Second =
        [-1.2902f, -1.3943f, -1.6080f, .1695f, -.9307f, -.5508f, .6164f, -2.2461f, -1.1094f, -.3126f, .5751f, .6137f];

    public static IReadOnlyList<VitisExample> All() =>
    [
        new("MinMaxObserver: scale, zero point", "0.0143, 157", Observed("max")),
        new("MovingAverageMinMaxObserver", "0.0126, 144", Observed("moving-average")),
        new("HistogramObserver, with the fault of the text's PyTorch", "0.0125, 141", Text(Parameters(Histogram(countsAll: false)))),
        new(
            "HistogramObserver, as published",
            "0.0125, 141",
            Text(Parameters(Histogram(countsAll: true))),
            "the text's PyTorch did not count 4 of the 24 values (issue 83672 of pytorch/pytorch)"),
        new("diffs, 8 bits: position of each tensor, of both", "6, 5, 5", Positions()),
        .. Mapped(),
        new("cosine from 0.001 over 10: at 0, 5, 10", "0.001, 0.0005, 0", Rates()),
    ];

    /// <summary>The observer that has seen both tensors.</summary>
    internal static HistogramObserver Histogram(bool countsAll)
    {
        var observer = new HistogramObserver(countsAll);
        observer.Add(First);
        observer.Add(Second);
        return observer;
    }

    /// <summary>Of unsigned bytes.</summary>
    internal static QuantizationParameters Parameters(HistogramObserver observer)
    {
        var choice = observer.Choose();
        return QuantizationParameters.FromRange((float)choice.Low, (float)choice.High, 0, byte.MaxValue);
    }

    /// <summary>The positions that `diffs` gives both tensors, each a batch, and the one that it keeps.</summary>
    internal static (IReadOnlyList<int> Batches, int Kept) Diffs(int bits)
    {
        var observer = new DiffsObserver(bits);
        int[] batches = [observer.Add(First), observer.Add(Second)];
        return (batches, observer.Choose());
    }

    private static string Positions()
    {
        var (batches, kept) = Diffs(8);
        return string.Join(", ", batches.Append(kept));
    }

    private static string Observed(string method)
    {
        var histogram = new ActivationHistogram("example");
        histogram.Add(First);
        histogram.Add(Second);
        return Text(CalibrationMethod.Parse(method).Range(histogram, ActivationBounds.None).ToUnsigned());
    }

    private static string Text(QuantizationParameters parameters) =>
        string.Create(CultureInfo.InvariantCulture, $"{parameters.Scale:F4}, {parameters.ZeroPoint}");

    // Q = round(r / S) + Z of the range -1 to 3; the text adds Z before it rounds, which differs where r / S ends in a half.
    private static IEnumerable<VitisExample> Mapped()
    {
        var parameters = QuantizationParameters.FromRange(-1, 3, 0, 255);
        yield return new(
            "range -1 to 3: scale, zero point",
            "0.015686, 64",
            string.Create(CultureInfo.InvariantCulture, $"{parameters.Scale:F6}, {parameters.ZeroPoint}"));
        yield return new(
            "codes of -1, 0, 0.5, 3, 5",
            "0, 64, 96, 255, 255",
            string.Join(", ", new[] { -1, 0, 0.5f, 3, 5 }.Select(value => AffineQuantizer.Quantize(value, parameters))));
    }

    private static string Rates()
    {
        var schedule = new LearningRateSchedule { Initial = 1e-3, Iterations = 10 };
        return string.Join(
            ", ", Enumerable.Range(0, 3).Select(half => schedule.At(5 * half).ToString("0.#######", CultureInfo.InvariantCulture)));
    }
}
