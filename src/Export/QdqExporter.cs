using Cluster.Export.TensorRt;

namespace Cluster.Export;

/// <summary>
/// Writes a quantized network as a QDQ graph, opset 13: QuantizeLinear / DequantizeLinear pairs at the layout's points; weights as INT8
/// initializers behind a DequantizeLinear, with one scale per output channel, or one for all if the plan says so (uint8 around 128 for
/// processors whose products of uint8 and int8 saturate, ADR 46; the file's metadata say on which processors its products are exact,
/// <see cref="ProcessorTable"/>); biases as INT32 (float if the layers compute in float). Activations of fewer than 8 bits are clipped
/// between Q and DQ. Weights of 4 bits for integer kernels are int4, opset 21, and cast to int8, which the runtime does once, when it loads
/// the file. Nodes in FP16 stand between Casts. The same network gives the same
/// bytes.
/// </summary>
public static class QdqExporter
{
    /// <param name="storage">Types of codes of fewer than 8 bits in layers that compute in float.</param>
    /// <param name="unsignedWeights">
    /// Whether weights of 8 bits for integer kernels are uint8 around 128; null: only those that would saturate on this processor
    /// (<see cref="ByteProducts.Saturate"/>, <see cref="PairedCodes"/>).
    /// </param>
    /// <exception cref="ArgumentException">The network is placed for TensorRT, so this would write a different network.</exception>
    /// <exception cref="InvalidOperationException">The network has FP32 weights (<see cref="QuantizedNetwork.WithFloatWeights"/>), which
    /// are for simulation only.</exception>
    public static ModelGraph Export(
        QuantizedNetwork network, CodeStorage storage = CodeStorage.Bytes, bool? unsignedWeights = null)
    {
        if (network.Layout.IsForTensorRt)
        {
            throw new ArgumentException(
                $"A network in TensorRT's placement was given where one for ONNX Runtime's CPU is expected; {nameof(TensorRtExporter)} "
                + "writes it.",
                nameof(network));
        }

        return network.UnroundedWeights.Count == 0
            ? new Writer(network, storage, unsignedWeights).Write()
            : throw new InvalidOperationException("Weights that are not rounded cannot be exported.");
    }

    /// <summary>Number of QuantizeLinear nodes that the plan requires; the parity gate counts them in the file.</summary>
    public static int ExpectedQuantizeNodes(QuantizedNetwork network) =>
        network.Layout.Points.Count - network.Graph.Graph.Nodes.Count(node => MovesCodes(network, node));

    // ONNX Runtime runs Pad in float between Q and DQ even if their parameters are equal; on the codes it only moves bytes.
    private static bool MovesCodes(QuantizedNetwork network, GraphNode node) =>
        node.OpType is "Pad" or "Slice"
        && !network.Layout.FloatOf(node).IsHalf
        && !network.Graph.IsOutput(node.Output)
        && network.Graph.Roles.Of(node) == NodeRole.ScalePreserving
        && network.Layout.Points.TryGetValue(node.Output, out var output)
        && network.Layout.PointFor(node.Inputs[0], node) is { } input
        && input.ScaleOf == output.ScaleOf;

    private sealed class Writer(QuantizedNetwork network, CodeStorage storage, bool? unsignedWeights) : QdqWriter(network)
    {
        private readonly bool? _unsignedWeights = network.Layout.ComputesInFloat ? false : unsignedWeights;
        private readonly FloatBarrier _barrier = new(network);

        // What is written in place of a layer's output, and of the activation function behind it, until its codes are moved.
        private readonly Dictionary<string, (string Name, GraphNode Layer, BlockConvolution Form)> _blocks = new(StringComparer.Ordinal);

        public ModelGraph Write()
        {
            var graph = Network.Graph.Graph;
            foreach (var input in graph.Inputs)
            {
                EmitPair(input.Name);
            }

            foreach (var node in Network.Graph.Nodes)
            {
                if (MovesCodes(Network, node))
                {
                    EmitMoveOfCodes(node);
                }
                else
                {
                    EmitNode(node);
                    foreach (string output in node.Values)
                    {
                        EmitPair(output);
                    }
                }
            }

            var result = graph with
            {
                Opset = Math.Max(graph.Opset, LeastOpset()),
                Nodes = ReadNodes(),
                Initializers = Constants,
            };
            return Stated(Raised(result));
        }

        // Layers that compute in float have no products of bytes.
        private ModelGraph Stated(ModelGraph file) => Network.Layout.ComputesInFloat
            ? file
            : file with
            {
                Metadata = new Dictionary<string, string>(file.Metadata, StringComparer.Ordinal)
                {
                    [ProcessorTable.Metadata] = ProcessorTable.ExactOn(file),
                },
            };

        // int4 came with opset 21.
        private int LeastOpset() => Constants.Values.Any(constant => constant.Type == ElementType.Int4) ? 21 : 13;

        protected override void EmitFloats(GraphNode node, string[] inputs)
        {
            string blocks = Names.Part(node.Output, "_blocks");
            if (Form(node) is { } form)
            {
                _blocks[node.Output] = (blocks, node, form);
                Nodes.Add(form.Convolution(node.Name, inputs, blocks));
            }
            else if (inputs.Length > 0 && _blocks.TryGetValue(inputs[0], out var read))
            {
                _blocks[node.Output] = read with { Name = blocks };
                Nodes.Add(node with { Inputs = [read.Name, .. inputs[1..]], Outputs = [blocks] });
            }
            else if (_barrier.ReplaceBy(node) is { } slope)
            {
                Nodes.Add(LeakyRelu(node.Name, inputs[0], node.Output, slope));
            }
            else if (_barrier.NeedsFollower(node))
            {
                string exact = Names.Part(node.Output, "_float");
                Nodes.Add(node with { Inputs = inputs, Outputs = [exact] });
                Nodes.Add(LeakyRelu(Names.Node(node.Name + "_float"), exact, node.Output, 1));
            }
            else
            {
                base.EmitFloats(node, inputs);
            }
        }

        private void EmitMoveOfCodes(GraphNode node)
        {
            var point = Network.Layout.Points[node.Output];
            var (scale, zeroPoint) = EmitParameters(point);
            string[] inputs = [Codes(node.Inputs[0]), .. node.Inputs.Skip(1)];
            if (node.OpType == "Pad")
            {
                inputs = [inputs[0], inputs[1], zeroPoint];
            }

            KeepConstants(inputs);
            Nodes.Add(node with { Inputs = inputs, Outputs = [CodesOf(node.Output)] });
            Nodes.Add(
                Node("DequantizeLinear", node.Output + "_dequantize", [CodesOf(node.Output), scale, zeroPoint], Dequantized(node.Output)));
        }

        private void EmitPair(string tensor)
        {
            if (!Network.Layout.Points.TryGetValue(tensor, out var point))
            {
                return;
            }

            var (scale, zeroPoint) = EmitParameters(point);
            int highest = Network.Parameters(point).Maximum;
            bool fillsItsType = highest == byte.MaxValue;
            bool isInBlocks = _blocks.TryGetValue(tensor, out var blocks);
            string written = isInBlocks ? Names.Part(blocks.Name, "_codes") : Codes(tensor);
            string codes = fillsItsType ? written : Names.Part(tensor, "_codes8");
            Nodes.Add(Node("QuantizeLinear", tensor + "_quantize", [isInBlocks ? blocks.Name : tensor, scale, zeroPoint], codes));
            if (!fillsItsType)
            {
                Nodes.Add(Node("Clip", tensor + "_clip", [codes, EmitCode(0), EmitCode(highest)], written));
            }

            if (isInBlocks)
            {
                Nodes.AddRange(new BlockMoves(Network.Graph.Graph, Names).Of(
                    blocks.Layer, blocks.Form, written, Codes(tensor), Constants));
            }

            Nodes.Add(Node("DequantizeLinear", tensor + "_dequantize", [Codes(tensor), scale, zeroPoint], Dequantized(tensor)));
        }

        // A tensor that is made of blocks has no real numbers in the file, so that its codes have its name.
        private string Codes(string tensor) => _blocks.ContainsKey(tensor) ? tensor : CodesOf(tensor);

        private (string Scale, string ZeroPoint) EmitParameters(QuantizationPoint point)
        {
            var parameters = Network.Parameters(point);
            string scale = Names.Part(point.ScaleOf, "_scale");
            string zeroPoint = Names.Part(point.ScaleOf, "_zero_point");
            Constants[scale] = TensorData.FromFloats([], [parameters.Scale]);
            Constants[zeroPoint] = TensorData.FromUInt8([], [(byte)parameters.ZeroPoint]);
            return (scale, zeroPoint);
        }

        private string EmitCode(int code)
        {
            string name = Names.Part("code", $"_{code}");
            Constants[name] = TensorData.FromUInt8([], [(byte)code]);
            return name;
        }

        // ONNX Runtime has no integer kernel for ConvTranspose.
        private BlockConvolution? Form(GraphNode node) => !Network.Layout.ComputesInFloat && Network.Layout.HasQuantizedWeights(node)
            ? BlockConvolution.Of(node, Network.Weights(node).Shape)
            : null;

        protected override string EmitWeights(GraphNode node)
        {
            var weights = Network.Weights(node);
            bool saturates = ByteProducts.Saturate && PairedCodes.Saturate(node, weights.Shape, weights.Codes);
            if (Form(node) is { } form)
            {
                weights = weights with
                {
                    Codes = form.Weights<sbyte>(weights.Codes),
                    Scales = form.Repeated(weights.Scales),
                    Axis = 0,
                    Shape = form.Shape,
                };
            }

            // Named after the layer, not the tensor: layers that share a weight may quantize it with different scales.
            string Weight(string part) => Names.Part(node.Name, "_weight" + part);
            if (!Network.Layout.ComputesInFloat && weights.Bits <= NibbleWeights.Bits)
            {
                Constants[Weight("_zero_point")] = weights.StoredZeros;
                EmitUnpacking(Weight, weights);
            }
            else
            {
                (Constants[Weight("_codes")], Constants[Weight("_zero_point")]) =
                    storage == CodeStorage.Nibbles && weights.Bits <= NibbleWeights.Bits
                    ? NibbleWeights.Pack(weights)
                    : _unsignedWeights ?? saturates
                    ? weights.Unsigned
                    : (TensorData.FromInt8(weights.Shape, weights.Codes), weights.StoredZeros);
            }

            Constants[Weight("_scale")] = weights.StoredScales;
            Nodes.Add(Node(
                "DequantizeLinear",
                node.Name + "_weight_dequantize",
                [Weight("_codes"), Weight("_scale"), Weight("_zero_point")],
                Weight("_dequantized"),
                weights.StoredAxis));
            return Weight("_dequantized");
        }

        // Integer kernels take one zero point for all channels: the shift of packing is undone in a type that can be subtracted.
        private void EmitUnpacking(Func<string, string> part, QuantizedWeights weights)
        {
            var (shifted, shifts) = NibbleWeights.Shift(weights);
            string codes = part("_nibbles");
            Constants[codes] = TensorData.FromInt4(weights.Shape, shifted);
            if (shifts.Any(shift => shift != 0))
            {
                long[] shape = [.. weights.Shape.Select((size, axis) => axis == weights.Axis ? size : 1)];
                Constants[part("_shifts")] = TensorData.FromInt32(shape, [.. shifts.Select(shift => (int)shift)]);
                Nodes.Add(FloatCasting.Cast(codes, part("_wide"), ElementType.Int32, Names));
                Nodes.Add(Node("Sub", part("_shifted"), [part("_wide"), part("_shifts")], part("_shifted")));
                codes = part("_shifted");
            }

            Nodes.Add(FloatCasting.Cast(codes, part("_codes"), ElementType.Int8, Names));
        }

        protected override string EmitBias(GraphNode node)
        {
            if (Network.Layout.ComputesInFloat)
            {
                return base.EmitBias(node);
            }

            var (codes, scales) = (Network.BiasCodes(node), Network.BiasScales(node));
            (codes, scales) = Form(node) is { } form ? (form.Repeated(codes), form.Repeated(scales)) : (codes, scales);
            string Bias(string part) => Names.Part(node.Name, "_bias" + part);
            Constants[Bias("_codes")] = TensorData.FromInt32([codes.Length], codes);
            Constants[Bias("_scale")] = TensorData.FromFloats([codes.Length], scales);
            Nodes.Add(
                Node("DequantizeLinear", node.Name + "_bias_dequantize", [Bias("_codes"), Bias("_scale")], Bias("_dequantized"), 0));
            return Bias("_dequantized");
        }

        private static GraphNode LeakyRelu(string name, string input, string output, float slope) =>
            new(name, "LeakyRelu", [input], [output], ("alpha", AttributeValue.Of(slope)));
    }
}
