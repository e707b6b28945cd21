namespace Cluster.Export.TensorRt;

/// <summary>
/// Writes a network with <see cref="TensorRtPlacement"/> in the form that TensorRT's parser accepts: int8 pairs with zero point 0, weights
/// as float32 numbers behind a pair with one scale per output channel, or one for a whole ConvTranspose, biases as float32; groups in FP16
/// between Casts. The same network gives the same bytes.
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

    private sealed class Writer(QuantizedNetwork network) : QdqWriter(network)
    {
        public ModelGraph Write()
        {
            var graph = Network.Graph.Graph;
            foreach (var input in Network.Graph.Inputs)
            {
                EmitPair(input.Name);
            }

            foreach (var node in Network.Graph.Nodes)
            {
                EmitNode(node);
                foreach (string output in node.Values)
                {
                    EmitPair(output);
                }
            }

            var nodes = ScaleLayers.Write(ReadNodes(), Constants, Names);
            return Raised(graph with { Opset = Math.Max(graph.Opset, LeastOpset), Nodes = nodes, Initializers = Constants });
        }

        private void EmitPair(string tensor)
        {
            if (Network.Layout.Points.TryGetValue(tensor, out var point))
            {
                EmitPair(tensor, [], [Network.Parameters(point).Scale], null);
            }
        }

        protected override string EmitWeights(GraphNode node)
        {
            var weights = Network.Weights(node);
            string name = Names.Part(node.Name, "_weight");
            Constants[name] = TensorData.FromFloats(
                weights.Shape, WeightQuantizer.Dequantize(weights.Codes, weights.Shape, weights.Axis, weights.Scales));
            return TensorRtRules.HasOneScale(node)
                ? EmitPair(name, [], weights.Scales[..1], null)
                : EmitPair(name, [weights.Scales.Length], weights.Scales, weights.Axis);
        }

        private string EmitPair(string tensor, long[] shape, float[] scales, int? axis)
        {
            string scale = Names.Part(tensor, "_scale");
            string zeroPoint = Names.Part(tensor, "_zero_point");
            Constants[scale] = TensorData.FromFloats(shape, scales);
            Constants[zeroPoint] = TensorData.FromInt8(shape, new sbyte[scales.Length]);
            string codes = CodesOf(tensor);
            Nodes.Add(Node("QuantizeLinear", tensor + "_quantize", [tensor, scale, zeroPoint], codes, axis));
            Nodes.Add(Node("DequantizeLinear", tensor + "_dequantize", [codes, scale, zeroPoint], Dequantized(tensor), axis));
            return Dequantized(tensor);
        }
    }
}
