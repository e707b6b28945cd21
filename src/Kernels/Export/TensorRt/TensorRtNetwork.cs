using Cluster.Kernels.Calibration;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Plans.Placement;
using Cluster.Kernels.Quantization;

namespace Cluster.Kernels.Export.TensorRt;

/// <summary>A plan as TensorRT takes it: its placement, and symmetric ranges of the plan's own calibrators.</summary>
public static class TensorRtNetwork
{
    private const int LargestCode = sbyte.MaxValue;

    /// <summary>The same groups in INT8, with the weights (learned ones too) and the corrected biases of the network.</summary>
    /// <param name="network">The plan with its numbers for the target that it was searched for.</param>
    /// <param name="settings">The plan, one setting a group.</param>
    /// <param name="cache">
    /// Largest magnitudes by tensor that are taken instead of the calibrators' (<see cref="CalibrationCacheReader"/>).
    /// </param>
    /// <exception cref="KernelException">A group has fewer than 8 bits.</exception>
    public static QuantizedNetwork Of(
        QuantizedNetwork network,
        IReadOnlyList<GroupSetting> settings,
        CalibrationStatistics statistics,
        IReadOnlyDictionary<string, float>? cache = null)
    {
        if (settings.FirstOrDefault(setting => setting.Quantize && (setting.Weights.Bits, setting.Activations.Bits) != (8, 8)) is { } other)
        {
            throw new KernelException(
                $"A group has weights in {other.Weights} with activations in {other.Activations}; TensorRT's explicit quantization of "
                + "convolutions takes 8 bits of both: ask for a plan in INT8, or leave --also-export away.");
        }

        var graph = network.Graph;
        var layout = TensorRtPlacement.Place(graph, [.. settings.Select(setting => setting.Quantize)]);
        var ranges = layout.Points.Values.ToDictionary(
            point => point.ScaleOf,
            point => Symmetric(cache is not null && cache.TryGetValue(point.ScaleOf, out float known)
                ? known
                : CalibrationMethod.Parse(settings[point.Group].Calibrator)
                    .AbsoluteMaximum(statistics.Get(Observed(graph, point.ScaleOf, statistics)))),
            StringComparer.Ordinal);
        return new QuantizedNetwork(graph, layout, new WeightBank(graph), ranges, network.CorrectedBiases)
        {
            LearnedWeights = network.LearnedWeights,
        };
    }

    // Moves of elements leave a range as it is.
    private static string Observed(GroupedGraph graph, string tensor, CalibrationStatistics statistics)
    {
        while (!statistics.Names.Contains(tensor)
            && graph.ProducingNode(tensor) is { } move
            && graph.Roles.Of(move) == NodeRole.ScalePreserving)
        {
            tensor = graph.Roles.Activations(move).First();
        }

        return tensor;
    }

    private static QuantizationParameters Symmetric(float largest) => new(
        largest > 0 ? Math.Max(largest / LargestCode, QuantizationParametersFactory.SmallestScale) : 1, 0, sbyte.MinValue, LargestCode);
}
