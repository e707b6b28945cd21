namespace Cluster.Export.TensorRt;

/// <summary>A plan in the form that TensorRT accepts: its placement, and symmetric ranges of the plan's own calibrators.</summary>
public static class TensorRtNetwork
{
    private const int LargestCode = sbyte.MaxValue;

    /// <summary>
    /// The plan's groups in INT8, with the weights (learned ones too) and the corrected biases of the network. Groups in widths for which
    /// TensorRT has no convolution kernels stay in FP32; groups in FP16 are kept.
    /// </summary>
    /// <param name="network">The plan with its numbers for the target it was searched for.</param>
    /// <param name="settings">The plan, one setting per group.</param>
    /// <param name="cache">Largest magnitudes by tensor that replace the calibrators' (<see cref="CalibrationCacheReader"/>).</param>
    public static QuantizedNetwork Of(
        QuantizedNetwork network,
        IReadOnlyList<GroupDecision> settings,
        CalibrationStatistics statistics,
        IReadOnlyDictionary<string, float>? cache = null)
    {
        var graph = network.Graph;
        var pairs = TensorRtPlacement.Place(
            graph, [.. settings.Select(setting => setting.Format.IsInt8)], FloatNodes.Of(graph, statistics));
        var layout = pairs.With(Halves(graph, pairs, settings));
        var symmetric = Symmetric(network, layout, settings, statistics, cache);
        string[] whole = [.. graph.WeightedNodes.Where(TensorRtRules.HasOneScale).Select(node => node.Name)];
        var learned = network.LearnedWeights.ToDictionary(StringComparer.Ordinal);
        var forms = network.Forms.ToDictionary(StringComparer.Ordinal);
        foreach (string node in whole.Where(node => !network.FormOf(node).IsPerTensor))
        {
            learned.Remove(node); // learned for the scales of channels
            forms[node] = new WeightForm(WeightForm.Int8.Bits, IsPerTensor: true);
        }

        return symmetric with { LearnedWeights = learned, Forms = forms };
    }

    /// <summary>The plan's numbers in another placement, with symmetric ranges.</summary>
    internal static QuantizedNetwork Symmetric(
        QuantizedNetwork network,
        QuantizationLayout layout,
        IReadOnlyList<GroupDecision> settings,
        CalibrationStatistics statistics,
        IReadOnlyDictionary<string, float>? cache)
    {
        var graph = network.Graph;
        var ranges = layout.Points.Values.ToDictionary(
            point => point.ScaleOf,
            point => Symmetric(cache is not null && cache.TryGetValue(point.ScaleOf, out float known)
                ? known
                : CalibrationMethod.Parse(settings[point.Group].Calibrator)
                    .AbsoluteMaximum(statistics.Get(FloatNodes.Observed(graph, statistics, point.ScaleOf)))),
            StringComparer.Ordinal);
        return new QuantizedNetwork(graph, layout, new WeightBank(graph), ranges, network.CorrectedBiases)
        {
            LearnedWeights = network.LearnedWeights,
            Forms = network.Forms,
        };
    }

    // A sum that is fused into an INT8 layer, and the activation function behind it, are computed with that layer.
    private static Dictionary<string, NumberFormat> Halves(
        GroupedGraph graph, QuantizationLayout pairs, IReadOnlyList<GroupDecision> settings)
    {
        var halves = FloatPlacement.Of(graph, settings);
        foreach (var node in graph.Nodes.Where(node => halves.ContainsKey(node.Name)).ToArray())
        {
            if (halves[node.Name] != NumberFormat.Float16)
            {
                halves.Remove(node.Name);
            }
            else if (node.Inputs.Any(input => pairs.PointFor(input, node) is not null))
            {
                halves.Remove(node.Name);
                halves.Remove(graph.FusedActivation(node.Output)?.Name ?? string.Empty);
            }
        }

        return halves;
    }

    private static QuantizationParameters Symmetric(float largest) => new(
        largest > 0 ? Math.Max(largest / LargestCode, QuantizationParameters.SmallestScale) : 1, 0, sbyte.MinValue, LargestCode);
}
