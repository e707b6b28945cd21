using Cluster.Export.TensorRt;

namespace Cluster.Export.Paddle;

/// <summary>
/// A plan as PaddleSlim quantizes it: what layers with weights and the operators that it names read and write has a range, so that the
/// inference library finds the scale of every output (PaddleSlim, "quantized model format"). Ranges are symmetric.
/// </summary>
public static class PaddleNetwork
{
    /// <summary>
    /// ONNX's names of the operators without weights that Paddle quantizes (SUPPORT_ACT_QUANTIZATION_OP_DICT of its
    /// static/quantization/quant_config.py), as far as they compute floats of floats.
    /// </summary>
    private static readonly HashSet<string> Operators = new(StringComparer.Ordinal)
    {
        "Abs", "Add", "AveragePool", "BatchNormalization", "Clip", "Concat", "CumSum", "Expand", "Flatten", "GRU", "Gather", "Gelu",
        "GlobalAveragePool", "GlobalMaxPool", "GridSample", "GroupNormalization", "HardSigmoid", "HardSwish", "Identity",
        "InstanceNormalization", "LSTM", "LayerNormalization", "LeakyRelu", "MatMul", "MaxPool", "Mean", "Mul", "PRelu", "Pad", "Pow",
        "ReduceL1", "ReduceL2", "ReduceMax", "ReduceMean", "ReduceSum", "Relu", "Reshape", "Resize", "RoiAlign", "Sigmoid", "Slice",
        "Softmax", "Softplus", "Squeeze", "Sub", "Tanh", "Tile", "Transpose", "Unsqueeze", "Where",
    };

    /// <summary>
    /// The plan's groups in INT8, with the weights and the corrected biases of the network. Tensors of other groups have no range, nor have
    /// those that hold infinities.
    /// </summary>
    /// <param name="network">The plan with its numbers for the target it was searched for.</param>
    /// <param name="settings">The plan, one setting a group.</param>
    /// <param name="observe">Statistics of tensors that those of the plan do not have; null: there are no samples, and such tensors get no
    /// range.</param>
    /// <param name="cache">Largest magnitudes by tensor that replace the calibrators'.</param>
    public static QuantizedNetwork Of(
        QuantizedNetwork network,
        IReadOnlyList<GroupDecision> settings,
        CalibrationStatistics statistics,
        Func<IReadOnlyList<string>, CalibrationStatistics>? observe,
        IReadOnlyDictionary<string, float>? cache = null)
    {
        var graph = network.Graph;
        var floats = FloatNodes.Of(graph, statistics);
        GraphNode[] nodes =
        [
            .. graph.Nodes.Where(node => settings[graph.GroupOf(node)].Format.IsInt8 && !floats.Contains(node) && node.Domain.Length == 0
                && (graph.Roles.Of(node) == NodeRole.Weighted || Operators.Contains(node.OpType))),
        ];
        var groups = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var node in nodes)
        {
            foreach (string tensor in graph.Roles.Activations(node).Concat(node.Values)
                .Where(tensor => graph.Roles.TypeOf(tensor) == ElementType.Float))
            {
                groups.TryAdd(tensor, graph.GroupOf(node));
            }
        }

        string[] unseen = [.. groups.Keys.Where(tensor => !statistics.TryGet(FloatNodes.Observed(graph, statistics, tensor), out _))];
        if (unseen.Length > 0 && observe is not null)
        {
            statistics = CalibrationStatistics.Merged([statistics, observe(unseen)]);
        }

        var points = groups
            .Where(entry => statistics.TryGet(FloatNodes.Observed(graph, statistics, entry.Key), out var seen) && !seen.HasInfinity)
            .ToDictionary(
                entry => entry.Key,
                entry => new QuantizationPoint(entry.Key, entry.Key, AtProducer: false, entry.Value),
                StringComparer.Ordinal);
        var layout = new QuantizationLayout(
            points,
            [.. nodes.Select(node => node.Name)],
            [.. nodes.Where(node => graph.Roles.Of(node) == NodeRole.Weighted).Select(node => node.Name)],
            computesInFloat: true)
        { IsForTensorRt = true };
        return TensorRtNetwork.Symmetric(network, layout, settings, statistics, cache);
    }
}
