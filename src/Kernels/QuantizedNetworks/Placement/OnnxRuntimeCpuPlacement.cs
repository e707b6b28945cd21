namespace Cluster.Kernels.QuantizedNetworks.Placement;

/// <summary>
/// Q/DQ placement for ONNX Runtime's CPU kernels: an INT8 group quantizes its weights, its inputs and its output, so that every kernel is
/// between Q/DQ pairs and becomes its integer version (QLinearConv, QGemm, QLinearAdd, QLinearConcat, ...). A product of two activations
/// whose output only float nodes read becomes MatMulIntegerToFloat, any other QLinearMatMul. Q comes after the activation function, never
/// between a convolution and its ReLU. Tensors that only lead to the network's output stay in float: the logits are never rounded to 256
/// values. A sum, a product, a join or a pooling that no Q follows has no integer kernel, so nothing is rounded for it. A convolution has
/// an integer kernel only if it writes codes, so it does wherever one of these or a later integer kernel follows, whatever lies between;
/// one that leads to the network's output alone stays in FP32.
/// </summary>
public static class OnnxRuntimeCpuPlacement
{
    private const int MostBits = 8;
    private const int NibbleBits = 4;

    /// <summary>
    /// Whether there are integer kernels for the group: they multiply codes of 8 bits, to which weights of 4 are unpacked when a file is
    /// loaded.
    /// </summary>
    public static bool HasIntegerKernel(GroupDecision decision) => decision.Format is
    {
        IsInteger: true, Activations.Bits: MostBits, Weights.Bits: MostBits or NibbleBits
    };

    /// <summary>Convolutions that have no integer kernel in any plan, as they lead to the network's output alone.</summary>
    public static IEnumerable<GraphNode> WithoutKernel(GroupedGraph graph)
    {
        var readers = IntegerReaders.Of(graph.Graph, graph.Nodes, graph.Roles, FloatNodes.None.Contains);
        return graph.WeightedNodes.Where(node => !HasKernel(graph, node, readers));
    }

    /// <summary>The Q/DQ pairs of a choice of groups.</summary>
    /// <param name="quantized">One flag a group; ignored for groups that have no integer kernel.</param>
    /// <param name="floats">Nodes that stay in float whatever the plan says; null: none.</param>
    internal static QuantizationLayout Place(GroupedGraph graph, IReadOnlyList<bool> quantized, FloatNodes? floats = null)
    {
        floats ??= FloatNodes.None;
        var pass = new Pass(graph, floats);
        foreach (var group in graph.Groups)
        {
            if (group.CanQuantize && quantized[group.Index])
            {
                foreach (var node in group.Nodes)
                {
                    pass.Visit(group, node);
                }
            }
        }

        return new QuantizationLayout(pass.Points, pass.QuantizedReaders, pass.Weighted);
    }

    private static bool HasKernel(GroupedGraph graph, GraphNode layer, IntegerReaders readers) =>
        !IsConvolution(layer) || readers.AreCodes(Written(graph, layer));

    private static bool IsConvolution(GraphNode layer) => layer.OpType is "Conv" or "ConvTranspose";

    // Q comes after the activation function.
    private static string Written(GroupedGraph graph, GraphNode node) => graph.FusedActivation(node.Output)?.Output ?? node.Output;

    private sealed class Pass(GroupedGraph graph, FloatNodes floats)
    {
        private readonly IntegerReaders _readers = IntegerReaders.Of(graph.Graph, graph.Nodes, graph.Roles, floats.Contains);
        private readonly HashSet<string> _captured = Captured(graph);

        public Dictionary<string, QuantizationPoint> Points { get; } = new(StringComparer.Ordinal);

        public HashSet<string> QuantizedReaders { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Weighted { get; } = new(StringComparer.Ordinal);

        public void Visit(LayerGroup group, GraphNode node)
        {
            if (floats.Contains(node))
            {
                return;
            }

            string output = Written(graph, node);
            switch (graph.Roles.Of(node))
            {
                case NodeRole.Weighted when HasKernel(graph, node, _readers):
                    Weighted.Add(node.Name);
                    ReadQuantized(group, node);
                    WriteQuantized(group, output, null, isForced: IsConvolution(node));
                    break;
                case NodeRole.Requantizing when _readers.Kernels.Contains(node.Output):
                case NodeRole.Product:
                    ReadQuantized(group, node);
                    WriteQuantized(group, output, null);
                    break;
                case NodeRole.ScalePreserving when _readers.Kernels.Contains(node.Output):
                    ReadQuantized(group, node);
                    WriteQuantized(group, node.Output, Points[graph.Roles.Activations(node).First()].RangeOf);
                    break;
                case NodeRole.ScalePreserving when _captured.Contains(node.Output)
                    && Points.GetValueOrDefault(graph.Roles.Activations(node).First()) is { AtProducer: true } codes:
                    ReadQuantized(group, node);
                    WriteQuantized(group, node.Output, codes.RangeOf, isForced: true);
                    break;
                default:
                    break;
            }
        }

        // What bodies read from the graph, directly or through moves: ONNX Runtime moves a DQ forward across moves, and aborts where it
        // meets a body, so the moved tensor has a pair of its own.
        private static HashSet<string> Captured(GroupedGraph graph)
        {
            var found = new HashSet<string>(StringComparer.Ordinal);
            foreach (var node in graph.Nodes.Reverse())
            {
                found.UnionWith(node.Inputs.TakeLast(node.Captured.Count));
                found.UnionWith(graph.Roles.Of(node) == NodeRole.ScalePreserving && found.Contains(node.Output)
                    ? graph.Roles.Activations(node)
                    : []);
            }

            return found;
        }

        private void ReadQuantized(LayerGroup group, GraphNode node)
        {
            QuantizedReaders.Add(node.Name);
            foreach (var input in graph.Roles.Activations(node))
            {
                // The runtime moves a Q backward across moves of elements, even to where the network's output would be rounded.
                if (!Points.ContainsKey(input) && graph.ProducingNode(input) is { } move && MovesOutput(move))
                {
                    ReadQuantized(group, move);
                    Points[input] = new QuantizationPoint(
                        input, Points[graph.Roles.Activations(move).First()].RangeOf, AtProducer: true, group.Index);
                }

                Points.TryAdd(input, new QuantizationPoint(input, input, AtProducer: false, group.Index));
            }
        }

        private bool MovesOutput(GraphNode node) => graph.Roles.Of(node) == NodeRole.ScalePreserving
            && graph.Roles.Activations(node).First() is var moved
            && (graph.Outputs.Any(output => output.Name == moved) || (graph.ProducingNode(moved) is { } before && MovesOutput(before)));

        private void WriteQuantized(LayerGroup group, string tensor, string? rangeOf, bool isForced = false)
        {
            if (isForced || _readers.Kernels.Contains(tensor))
            {
                Points[tensor] = new QuantizationPoint(tensor, rangeOf ?? tensor, AtProducer: true, group.Index);
            }
        }
    }
}
