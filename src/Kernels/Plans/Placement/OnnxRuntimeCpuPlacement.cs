using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Plans;

namespace Cluster.Kernels.Plans.Placement;

/// <summary>
/// Q/DQ placement for ONNX Runtime's CPU kernels: an INT8 group quantizes its weights, its inputs and its output, so that every kernel is
/// between Q/DQ pairs and becomes its integer version (QLinearConv, QGemm, QLinearAdd, QLinearConcat, ...). A product of two activations
/// whose output only float nodes read becomes MatMulIntegerToFloat, any other QLinearMatMul. Q comes after the activation function, never
/// between a convolution and its ReLU. Tensors that only lead to the network's output stay in float: the logits are never rounded to 256
/// values.
/// </summary>
public static class OnnxRuntimeCpuPlacement
{
    private const int MostBits = 8;
    private const int NibbleBits = 4;

    /// <summary>
    /// Whether there are integer kernels for the group: they multiply codes of 8 bits, to which weights of 4 are unpacked when a file is
    /// loaded. Shortcuts that stay in float (<see cref="GroupDecision.FloatShortcuts"/>) are no such kernels' inputs.
    /// </summary>
    public static bool HasIntegerKernel(GroupDecision decision) => decision.Format is { IsInteger: true, Activations.Bits: MostBits } format
        && (format.Weights.Bits == MostBits || (format.Weights.Bits == NibbleBits && !decision.FloatShortcuts));

    /// <summary>The Q/DQ pairs of a choice of groups.</summary>
    /// <param name="quantized">One flag a group; ignored for groups that have no integer kernel.</param>
    public static QuantizationLayout Place(GroupedGraph graph, IReadOnlyList<bool> quantized)
    {
        var pass = new Pass(graph);
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

    private sealed class Pass(GroupedGraph graph)
    {
        private readonly Dictionary<string, bool> _integerUse = new(StringComparer.Ordinal);

        public Dictionary<string, QuantizationPoint> Points { get; } = new(StringComparer.Ordinal);

        public HashSet<string> QuantizedReaders { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Weighted { get; } = new(StringComparer.Ordinal);

        public void Visit(LayerGroup group, GraphNode node)
        {
            switch (graph.Roles.Of(node))
            {
                case NodeRole.Weighted:
                    Weighted.Add(node.Name);
                    ReadQuantized(group, node);
                    WriteQuantized(group, AfterActivation(node.Output), null);
                    break;
                case NodeRole.Requantizing
                    when FeedsIntegerKernel(AfterActivation(node.Output)) || HasIntegerKernelWithoutOutputScale(node):
                case NodeRole.Product:
                    ReadQuantized(group, node);
                    WriteQuantized(group, AfterActivation(node.Output), null);
                    break;
                case NodeRole.ScalePreserving when FeedsIntegerKernel(node.Output):
                    ReadQuantized(group, node);
                    WriteQuantized(group, node.Output, Points[graph.Roles.Activations(node).First()].ScaleOf);
                    break;
                default:
                    break;
            }
        }

        // A float kernel that reads DQ(Q(x)) gains nothing from quantizing a tensor that is still in float.
        private static bool HasIntegerKernelWithoutOutputScale(GraphNode node) => node.OpType is "Add" or "Mul" or "Concat";

        private string AfterActivation(string tensor) => graph.FusedActivation(tensor)?.Output ?? tensor;

        private void ReadQuantized(LayerGroup group, GraphNode node)
        {
            QuantizedReaders.Add(node.Name);
            foreach (var input in graph.Roles.Activations(node))
            {
                Points.TryAdd(input, new QuantizationPoint(input, input, AtProducer: false, group.Index));
            }
        }

        private void WriteQuantized(LayerGroup group, string tensor, string? scaleOf)
        {
            if (!graph.IsOutput(tensor) && FeedsIntegerKernel(tensor))
            {
                Points[tensor] = new QuantizationPoint(tensor, scaleOf ?? tensor, AtProducer: true, group.Index);
            }
        }

        /// <summary>
        /// Whether some reader, directly or through moves of elements, has an integer kernel (in any group: precision may change later).
        /// Products of activations do not count: while their group is in float they read the layer's real output, not its codes. Once it is
        /// quantized, the runtime moves their Q to the layer.
        /// </summary>
        private bool FeedsIntegerKernel(string tensor)
        {
            if (!_integerUse.TryGetValue(tensor, out bool feeds))
            {
                feeds = graph.Consumers(tensor).Any(consumer => graph.Roles.Of(consumer) switch
                {
                    NodeRole.Weighted or NodeRole.Requantizing => true,
                    NodeRole.ScalePreserving or NodeRole.Activation => FeedsIntegerKernel(consumer.Output),
                    _ => false,
                });
                _integerUse[tensor] = feeds;
            }

            return feeds;
        }
    }
}
