namespace Cluster.Export.TensorRt;

/// <summary>
/// Makes a QDQ file of TensorRT's placement strongly typed, as TensorRT 11 requires: the file itself says in which type each value is
/// computed, and nothing is converted but by Casts ("Strongly Typed Networks" in "Precision Control", documentation of TensorRT 11.2). A
/// DequantizeLinear writes its scale's type and a QuantizeLinear reads its scale's ("Explicit Quantization"; the importer of
/// onnx-tensorrt). Codes are those of the float32 file where what is quantized is equal, weights are stored as codes.
/// </summary>
/// <param name="Graph">The file; inputs and outputs are the network's, with its names and types.</param>
/// <param name="Float32">
/// A sentence without its full stop for each thing that keeps nodes in float32, beside their operators and the user.
/// </param>
public sealed record StronglyTyped(ModelGraph Graph, IReadOnlyList<string> Float32)
{
    // The first opset with scales in FP16.
    internal const int LeastOpset = 19;

    /// <param name="file">By <see cref="TensorRtExporter"/> without a node in FP16, or a float32 network without pairs.</param>
    /// <param name="largest">
    /// Largest magnitude of each float32 value that a node writes and of each input, over samples; one that is absent may be any.
    /// </param>
    /// <param name="kept">Names of nodes that stay in float32 whatever their numbers are.</param>
    /// <exception cref="KernelException">ONNX Runtime does not open the file.</exception>
    public static StronglyTyped Of(ModelGraph file, IReadOnlyDictionary<string, float> largest, IReadOnlySet<string> kept)
    {
        var types = ElementTypes.Of(file);
        var choice = new HalfChoice(file, types, largest, kept);
        return new StronglyTyped(new Writer(file, types, choice).Write(), choice.Words);
    }

    private sealed class Writer(ModelGraph file, Dictionary<string, ElementType> types, HalfChoice choice)
    {
        private readonly QdqView _view = new(file);
        private readonly NameSource _names = new(file);
        private readonly List<GraphNode> _nodes = [];
        private readonly Dictionary<string, TensorData> _constants = new(StringComparer.Ordinal);

        // The float32 values that some node reads in FP16, and those that one reads in float32.
        private readonly HashSet<string> _readInHalf = new(StringComparer.Ordinal);
        private readonly HashSet<string> _readInFull = new(StringComparer.Ordinal);

        public ModelGraph Write()
        {
            _readInFull.UnionWith(file.Outputs.Select(output => output.Name));
            foreach (var node in file.Nodes)
            {
                for (int i = 0; i < node.Inputs.Count; i++)
                {
                    (ReadsHalf(node, i) ? _readInHalf : _readInFull).Add(node.Inputs[i]);
                }
            }

            Keep(file.Outputs.Select(output => output.Name));
            foreach (var input in file.Inputs)
            {
                Convert(input.Name, isHalf: false);
            }

            foreach (var node in file.Nodes)
            {
                Emit(node);
            }

            bool hasHalfScales = new QdqView(file with { Nodes = _nodes, Initializers = _constants }).Pairs
                .Any(pair => _constants.GetValueOrDefault(pair.Inputs[1])?.Type == ElementType.Float16);
            var written = file with
            {
                Opset = hasHalfScales ? Math.Max(file.Opset, LeastOpset) : file.Opset,
                Nodes = _nodes,
                Initializers = _constants,
            };
            return new RaisedOpset(file, _names).Apply(written);
        }

        private void Emit(GraphNode node)
        {
            switch (node.OpType)
            {
                case "QuantizeLinear" when _view.IsOfConstant(node):
                    EmitCodes(node);
                    break;
                case "QuantizeLinear":
                    string[] read =
                        [Half(node.Inputs[0], choice.IsHalf(node)), Scale(node, choice.IsHalf(node), node), .. node.Inputs.Skip(2)];
                    Keep(read);
                    Add(node with { Inputs = read }, ElementType.Int8);
                    break;
                case "DequantizeLinear" when _view.Producer(node.Inputs[0]) is { OpType: "QuantizeLinear" } quantize:
                    EmitDequantize(node, quantize);
                    break;
                default:
                    EmitOther(node);
                    break;
            }
        }

        // Weights are stored as the codes that the pair makes of them.
        private void EmitCodes(GraphNode quantize)
        {
            var weights = file.Initializers[quantize.Inputs[0]];
            float[] scales = _view.Constant(quantize, 1)!.As<float>().ToArray();
            int axis = (int)quantize.GetInt("axis", 1);
            scales = scales.Length == 1 ? [.. Enumerable.Repeat(scales[0], (int)weights.Shape[axis])] : scales;
            sbyte[] codes = WeightQuantizer.Quantize(weights.As<float>(), weights.Shape, axis, scales, sbyte.MinValue);
            var layout = ChannelLayout.Of(codes.Length, weights.Shape, axis);
            foreach (var (channel, start) in layout)
            {
                if (choice.IsHalf(quantize) && !HalfNumbers.HoldsScale(scales[channel]))
                {
                    codes.AsSpan(start, layout.Inner).Clear(); // too small to matter, see HalfChoice
                }
            }

            _constants[quantize.Output] = TensorData.FromInt8(weights.Shape, codes);
        }

        // Of each type that readers want, from the same codes.
        private void EmitDequantize(GraphNode node, GraphNode quantize)
        {
            foreach (bool isHalf in (bool[])[true, false])
            {
                if ((isHalf ? _readInHalf : _readInFull).Contains(node.Output))
                {
                    string[] read = [node.Inputs[0], Scale(node, isHalf, quantize), .. node.Inputs.Skip(2)];
                    Keep(read);
                    Add(
                        node with
                        {
                            Name = isHalf && _readInFull.Contains(node.Output) ? _names.Node(node.Name + "_float16") : node.Name,
                            Inputs = read,
                            Outputs = [Half(node.Output, isHalf)],
                        },
                        TypeOf(isHalf));
                }
            }
        }

        // One number in both types: FP16's, where a pair is in FP16.
        private string Scale(GraphNode node, bool isHalf, GraphNode quantize)
        {
            string name = node.Inputs[1];
            if (!choice.IsHalf(quantize))
            {
                return name;
            }

            var scales = file.Initializers[name];
            var rounded = TensorData.FromFloats(scales.Shape, Array.ConvertAll(
                scales.As<float>().ToArray(), scale => HalfNumbers.HoldsScale(scale) ? scale : HalfNumbers.SmallestSeen))
                .Narrowed(ElementType.Float16);
            name = _names.Part(name, isHalf ? "_float16" : "_rounded");
            _constants[name] = isHalf ? rounded : rounded.Widened();
            return name;
        }

        private void EmitOther(GraphNode node)
        {
            bool isHalf = choice.IsHalf(node);
            string[] read = [.. node.Inputs.Select((input, i) => Read(node, i))];
            Keep(read);
            string[] outputs = [.. node.Outputs.Select(output => isHalf && IsFloat(output) ? Half(output, true) : output)];
            var written = node with
            {
                Inputs = read,
                Outputs = outputs,
                OutputTypes = [.. node.Outputs.Select(output => IsFloat(output) ? TypeOf(isHalf) : types.GetValueOrDefault(output))],
            };
            _nodes.Add(node.OpType == "Cast" && isHalf ? written.With("to", AttributeValue.Of((long)ElementType.Float16)) : written);
            foreach (string output in node.Values.Where(IsFloat))
            {
                Convert(output, isHalf);
            }
        }

        // A Cast to the other type, if somebody reads that.
        private void Convert(string value, bool isHalf)
        {
            if (IsFloat(value) && (isHalf ? _readInFull : _readInHalf).Contains(value))
            {
                var cast = FloatCasting.Cast(Half(value, isHalf), Half(value, !isHalf), TypeOf(!isHalf), _names);
                Add(cast, TypeOf(!isHalf));
            }
        }

        private string Read(GraphNode node, int input)
        {
            string value = node.Inputs[input];
            if (!ReadsHalf(node, input))
            {
                return value;
            }

            string half = Half(value, true);
            if (file.Initializers.TryGetValue(value, out var constant))
            {
                half = HalfChoice.IsBound(node, input) ? _names.Part(value, "_bound_float16") : half;
                _constants[half] = HalfNumbers.Stored(constant, HalfChoice.IsBound(node, input));
            }

            return half;
        }

        private bool ReadsHalf(GraphNode node, int input) => node.OpType != "DequantizeLinear"
            && choice.IsHalf(node)
            && !HalfOperators.IsApart(node, input)
            && IsFloat(node.Inputs[input]);

        private bool IsFloat(string value) => value.Length > 0 && types.GetValueOrDefault(value) == ElementType.Float;

        private string Half(string value, bool isHalf) => isHalf ? _names.Part(value, "_float16") : value;

        private static ElementType TypeOf(bool isHalf) => isHalf ? ElementType.Float16 : ElementType.Float;

        private void Add(GraphNode node, ElementType type) => _nodes.Add(node with { OutputTypes = [type] });

        private void Keep(IEnumerable<string> values)
        {
            foreach (string value in values.Where(file.Initializers.ContainsKey))
            {
                _constants[value] = file.Initializers[value];
            }
        }
    }
}
