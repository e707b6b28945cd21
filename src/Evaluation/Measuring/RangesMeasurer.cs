using System.Diagnostics.CodeAnalysis;
using Cluster.Kernels.Quantization;

namespace Cluster.Evaluation.Measuring;

/// <summary>
/// Holds the ranges of a plan against the values of the evaluation images: by one pass of FP32 over them, the noise that each range adds to
/// its tensor, beside what it adds to the calibration's values.
/// </summary>
internal sealed class RangesMeasurer(EvaluationSetup setup)
{
    // More change a tensor's histogram little.
    private const int MostImages = 512;

    // Where nothing is noisy.
    private const double MostDb = 200;

    public RangesResult Measure(RangesItem item, CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        var network = setup.Builder.Build(item.Plan, cancellation).Network!;
        var now = CalibrationPass.Run(setup.Float32, setup.Evaluation.Take(MostImages), setup.Cores, cancellation);
        var groups = network.Graph.Groups;
        return new RangesResult(
            [.. network.Layout.Points.Values
                .Where(point => point.RangeOf == point.Tensor)
                .OrderBy(point => point.Group)
                .ThenBy(point => point.Tensor, StringComparer.Ordinal)
                .Select(point => Fit(groups[point.Group].Name, point.Tensor, network.Parameters(point)))
                .OfType<RangeFit>()],
            [.. network.Graph.Inputs.Select(input => Shift(input.Name)).OfType<InputShift>()],
            Stopwatch.GetElapsedTime(began).TotalSeconds);

        InputShift? Shift(string input)
        {
            if (!IsSeen(now, input, out var values) || !IsSeen(setup.Statistics, input, out var calibrated))
            {
                return null;
            }

            var ((mean, deviation), (before, unit)) = (RangeNoise.Moments(values), RangeNoise.Moments(calibrated));
            return unit > 0 && deviation > 0 ? new InputShift(input, (mean - before) / unit, deviation / unit) : null;
        }

        RangeFit? Fit(string group, string tensor, QuantizationParameters range) =>
            IsSeen(now, tensor, out var values) && IsSeen(setup.Statistics, tensor, out var before)
                ? new RangeFit(
                    group,
                    tensor,
                    Math.Min(RangeNoise.Decibels(before, range), MostDb),
                    Math.Min(RangeNoise.Decibels(values, range), MostDb),
                    RangeNoise.Beyond(values, range))
                : null;
    }

    private static bool IsSeen(CalibrationStatistics statistics, string tensor, [NotNullWhen(true)] out ActivationHistogram? values) =>
        statistics.TryGet(tensor, out values) && values is { HasInfinity: false, Count: > 0 };
}
