using Cluster.Kernels.Graphs;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Plans.Placement;
using Cluster.Kernels.Quantization;

namespace Cluster.Kernels.Export.TensorRt;

/// <summary>
/// Writes a network with <see cref="TensorRtPlacement"/> in the form that TensorRT's parser accepts: int8 pairs with zero point 0, weights
/// as float32 numbers behind a pair with one scale per output channel, biases as float32; groups in FP16 between Casts. The same network
/// gives the same bytes.
/// </summary>
public static class TensorRtExporter
{
    // The first opset with QuantizeLinear by channel.
    private const int LeastOpset = 13;

    /// <param name="network">Made by <see cref="TensorRtNetwork"/>.</param>
    /// <returns>A graph without a violation of <see cref="TensorRtLint"/>.</returns>
    /// <exception cref="ArgumentException">The network is placed for another target.</exception>
    public static ModelGraph Export(QuantizedNetwork network) => network.Layout.IsForTensorRt
        ? new Writer(network).Write()
        : throw new ArgumentException(
            $"A network in another target's placement was given where TensorRT's is expected; {nameof(TensorRtNetwork)} makes it.",
            nameof(network));

    private sealed class Writer
    {
        private readonly QuantizedNetwork _network;
        private readonly FloatCasting _casting;
        private readonly List<GraphNode> _nodes = [];
        private readonly Dictionary<string, TensorData> _constants = new(StringComparer.Ordinal);

        public Writer(QuantizedNetwork network)
        {
            _network = network;
            _casting = new FloatCasting(network.Graph, network.Layout, _nodes, _constants);
        }

        public ModelGraph Write()
        {
            var graph = _network.Graph.Graph;
            foreach (var input in _network.Graph.Inputs)
            {
                EmitPair(input.Name);
            }

            foreach (var node in _network.Graph.Nodes)
            {
                EmitNode(node);
                EmitPair(node.Output);
            }

            var read = QdqExporter.ReadNodes(_network, _nodes);
            return ReductionAxes.Upgrade(
                graph with { Opset = Math.Max(graph.Opset, LeastOpset), Nodes = read, Initializers = _constants }, graph.Opset);
        }

        private void EmitNode(GraphNode node)
        {
            if (_network.Layout.FloatOf(node).IsHalf)
            {
                _casting.Emit(node, tensor => Seen(tensor, node));
                return;
            }

            string[] inputs = [.. node.Inputs.Select(input => Seen(input, node))];
            if (_network.Layout.HasQuantizedWeights(node))
            {
                inputs = [inputs[0], EmitWeights(node), .. _network.HasBias(node) ? new[] { EmitBias(node) } : []];
            }

            foreach (string input in inputs.Where(_network.Graph.Graph.Initializers.ContainsKey))
            {
                _constants[input] = _network.Graph.Graph.Initializers[input];
            }

            _nodes.Add(node with { Inputs = inputs });
        }

        private string Seen(string tensor, GraphNode reader) =>
            tensor.Length > 0 && _network.Layout.PointFor(tensor, reader) is not null ? Dequantized(tensor) : tensor;

        private void EmitPair(string tensor)
        {
            if (_network.Layout.Points.TryGetValue(tensor, out var point))
            {
                EmitPair(tensor, [], [_network.Parameters(point).Scale], null);
            }
        }

        private string EmitWeights(GraphNode node)
        {
            var weights = _network.Weights(node);
            string name = node.Name + "_weight";
            _constants[name] = TensorData.FromFloats(
                weights.Shape, WeightQuantizer.Dequantize(weights.Codes, weights.Shape, weights.Axis, weights.Scales));
            return EmitPair(name, [weights.Scales.Length], weights.Scales, weights.Axis);
        }

        private string EmitBias(GraphNode node)
        {
            float[] bias = _network.Bias(node);
            string name = node.Name + "_bias";
            _constants[name] = TensorData.FromFloats([bias.Length], bias);
            return name;
        }

        private string EmitPair(string tensor, long[] shape, float[] scales, int? axis)
        {
            string scale = tensor + "_scale";
            string zeroPoint = tensor + "_zero_point";
            _constants[scale] = TensorData.FromFloats(shape, scales);
            _constants[zeroPoint] = TensorData.FromInt8(shape, new sbyte[scales.Length]);
            string codes = QdqExporter.CodesOf(tensor);
            _nodes.Add(Node("QuantizeLinear", tensor + "_quantize", [tensor, scale, zeroPoint], codes, axis));
            _nodes.Add(Node("DequantizeLinear", tensor + "_dequantize", [codes, scale, zeroPoint], Dequantized(tensor), axis));
            return Dequantized(tensor);
        }

        private static string Dequantized(string tensor) => tensor + "_dequantized";

        private static GraphNode Node(string type, string name, string[] inputs, string output, int? axis)
        {
            var attributes = new Dictionary<string, AttributeValue>(StringComparer.Ordinal);
            if (axis is { } channel)
            {
                attributes["axis"] = AttributeValue.Of(channel);
            }

            return new GraphNode(name, type, inputs, [output], attributes);
        }
    }
}
