using Cluster.Kernels.Quantization;

namespace Cluster.Evaluation.Publishing;

/// <summary>Reduces the calibration's histograms of a plan's quantized tensors to what a chart shows.</summary>
internal static class ActivationSpreads
{
    private const int Bins = 64;

    /// <summary>One for each range of the network, in the order of the groups; none for FP32.</summary>
    /// <param name="network">The plan's network; null: FP32.</param>
    /// <param name="settings">The plan, one setting a group of the network.</param>
    public static IReadOnlyList<ActivationSpread> Of(
        QuantizedNetwork? network, IReadOnlyList<GroupDecision> settings, CalibrationStatistics statistics) => network is null
        ? []
        : [.. network.Layout.Points.Values
            .Where(point => point.RangeOf == point.Tensor)
            .OrderBy(point => point.Group)
            .ThenBy(point => point.Tensor, StringComparer.Ordinal)
            .Select(point => Of(settings[point.Group], statistics.Get(point.Tensor), network.Parameters(point)))];

    private static ActivationSpread Of(GroupDecision setting, ActivationHistogram values, QuantizationParameters range)
    {
        double from = Math.Min(range.Low, values.Min);
        double to = Math.Max(range.High, values.Max);

        long[] counts = new long[Bins];
        Add(values.Positive, 1);
        Add(values.Negative, -1);
        return new ActivationSpread(
            setting.Group, values.Name, setting.Calibrator, range.Low, range.High, from, to, counts,
            (double)values.ZeroCount / values.Count, RangeNoise.Beyond(values, range));

        void Add(ReadOnlySpan<long> bins, int sign)
        {
            for (int i = 0; i < bins.Length; i++)
            {
                double middle = sign * (i + 0.5) * values.BinWidth;
                counts[Math.Clamp((int)((middle - from) / (to - from) * Bins), 0, Bins - 1)] += bins[i];
            }
        }
    }
}
