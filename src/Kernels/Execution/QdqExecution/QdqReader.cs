namespace Cluster.Kernels.Execution.QdqExecution;

/// <summary>
/// Takes a QDQ graph apart. A pair is a QuantizeLinear of a real tensor and a DequantizeLinear of its codes. A Clip in between may narrow
/// the codes, and operators that move elements may follow it. Weights are stored as codes, or as numbers behind a pair. If a tensor has
/// more than one pair, or a pair follows a pair, an Identity carries the second one. Casts between floats are taken apart likewise
/// (<see cref="FloatCasts"/>).
/// </summary>
internal static class QdqReader
{
    private static readonly HashSet<string> Moves = new(StringComparer.Ordinal)
    {
        "Concat", "DepthToSpace", "Flatten", "Identity", "MaxPool", "Pad", "Reshape", "Slice", "Split", "Squeeze", "Transpose",
        "Unsqueeze",
    };

    /// <summary>Whether the graph has Q/DQ pairs, stored codes, or nodes in floats other than FP32.</summary>
    public static bool IsMixed(ModelGraph file) =>
        FloatCasts.IsIn(file) || file.Nodes.Any(node => node.OpType is "QuantizeLinear" or "DequantizeLinear");

    /// <exception cref="KernelException">Something is quantized in an unsupported way; the message names the node.</exception>
    public static QdqNetwork Read(ModelGraph file) => new Pass(file).Run();

    private sealed class Pass
    {
        private readonly ModelGraph _file;
        private readonly FloatCasts _floats;
        private readonly List<GraphNode> _nodes = [];
        private readonly Dictionary<string, TensorData> _constants;
        private readonly Dictionary<string, StoredCodes> _stored = new(StringComparer.Ordinal);
        private readonly Dictionary<string, (string Tensor, QuantizationParameters Pair)> _codes = new(StringComparer.Ordinal);
        private readonly Dictionary<string, string> _shown = new(StringComparer.Ordinal); // what a DequantizeLinear writes: which tensor
        private readonly Dictionary<string, QuantizationParameters> _pairs = new(StringComparer.Ordinal);
        private readonly HashSet<(string Tensor, string Node)> _readers = [];

        public Pass(ModelGraph file)
        {
            _file = file;
            _constants = file.Initializers.ToDictionary(StringComparer.Ordinal);
            _floats = new FloatCasts(_constants);
        }

        public QdqNetwork Run()
        {
            foreach (var node in _file.Nodes)
            {
                switch (node.OpType)
                {
                    case "QuantizeLinear":
                        Quantize(node);
                        break;
                    case "DequantizeLinear":
                        Dequantize(node);
                        break;
                    case "Cast" when _constants.TryGetValue(node.Inputs[0], out var packed):
                        _constants[node.Output] = UnpackedCodes.Cast(node, packed);
                        break;
                    case "Sub" when _constants.TryGetValue(node.Inputs[0], out var shifted):
                        _constants[node.Output] = UnpackedCodes.Subtract(node, shifted, Constant(node, 1));
                        break;
                    case "Cast" when _floats.Takes(node):
                        break;
                    case var _ when node.Inputs.Count > 0 && _codes.ContainsKey(node.Inputs[0]):
                        OnCodes(node);
                        break;
                    default:
                        _nodes.Add(Reading(node));
                        break;
                }
            }

            foreach (string output in _file.Outputs.Select(output => output.Name)
                .Where(output => _shown.ContainsKey(output) || _floats.Widened.Contains(output)))
            {
                _nodes.Add(Reading(Identity(output + "_real", output, output))); // another node has the output's name
            }

            var read = _nodes.SelectMany(node => node.Inputs).ToHashSet(StringComparer.Ordinal);
            var constants = _constants.Where(pair => read.Contains(pair.Key)).ToDictionary(StringComparer.Ordinal);
            return new QdqNetwork(_file with { Nodes = _nodes, Initializers = constants }, _pairs, _readers, _stored, _floats.Formats);
        }

        private static GraphNode Identity(string name, string input, string output) => new(name, "Identity", [input], [output]);

        private void Quantize(GraphNode node)
        {
            string tensor = _floats.Behind(node.Inputs[0]);
            if (_constants.TryGetValue(tensor, out var constant))
            {
                _constants[node.Output] = StoredCodes.Quantize(node, constant, Constant(node, 1), Optional(node, 2));
                return;
            }

            if (_shown.ContainsKey(tensor))
            {
                // A pair after a pair: the first pair's output becomes a separate tensor.
                string copy = node.Output + "_real";
                _nodes.Add(Reading(Identity(node.Name, tensor, copy)));
                tensor = copy;
            }

            _codes[node.Output] = (tensor, CodeTypes.Parameters(node, Constant(node, 1), Optional(node, 2)));
        }

        private void Dequantize(GraphNode node)
        {
            if (_constants.TryGetValue(node.Inputs[0], out var codes))
            {
                var stored = StoredCodes.Of(node, codes, Constant(node, 1), Optional(node, 2));
                _stored[node.Output] = stored;
                _constants[node.Output] = stored.ToFloats();
                return;
            }

            if (!_codes.TryGetValue(node.Inputs[0], out var written))
            {
                throw node.Error($"dequantizes '{node.Inputs[0]}', which no QuantizeLinear writes; a QDQ file has its codes from one.");
            }

            var pair = CodeTypes.Parameters(node, Constant(node, 1), Optional(node, 2));
            if (pair.ZeroPoint != written.Pair.ZeroPoint)
            {
                throw node.Error(
                    $"reads codes of '{written.Tensor}' with another zero point than they were written with; quantize and dequantize with "
                    + "the same.");
            }

            string tensor = written.Tensor;
            if (pair.Scale != written.Pair.Scale)
            {
                Rescale(node, written, pair);
                return;
            }

            if (_pairs.TryGetValue(tensor, out var known) && known != written.Pair)
            {
                tensor = node.Output + "_real";
                _nodes.Add(Identity(node.Name, written.Tensor, tensor));
            }

            _pairs[tensor] = written.Pair;
            _shown[node.Output] = tensor;
        }

        // Codes that are read with another scale stand for a multiple of the numbers that they were made of.
        private void Rescale(GraphNode node, (string Tensor, QuantizationParameters Pair) written, QuantizationParameters read)
        {
            if (_pairs.TryGetValue(written.Tensor, out var known) && known != written.Pair)
            {
                throw node.Error($"reads codes of '{written.Tensor}', which has two pairs, with another scale than they were made with.");
            }

            string tensor = node.Output + "_real", ratio = node.Output + "_ratio";
            _constants[ratio] = TensorData.FromFloats([], [(float)(read.Scale / (double)written.Pair.Scale)]);
            _pairs[written.Tensor] = written.Pair;
            _readers.Add((written.Tensor, node.Name));
            _nodes.Add(new GraphNode(node.Name, "Mul", [written.Tensor, ratio], [tensor]));
            _pairs[tensor] = written.Pair with { Scale = read.Scale };
            _shown[node.Output] = tensor;
        }

        // A Clip narrows the codes of the tensor; an operator that moves elements makes a tensor with the same pair.
        private void OnCodes(GraphNode node)
        {
            var (tensor, pair) = _codes[node.Inputs[0]];
            if (node.OpType == "Clip")
            {
                int low = Optional(node, 1) is { } least ? CodeTypes.Integers(node, least)[0] : pair.Minimum;
                int high = Optional(node, 2) is { } most ? CodeTypes.Integers(node, most)[0] : pair.Maximum;
                _codes[node.Output] = (tensor, pair with { Minimum = Math.Max(low, pair.Minimum), Maximum = Math.Min(high, pair.Maximum) });
                return;
            }

            if (node.OpType == "Shape")
            {
                _nodes.Add(node with { Inputs = [tensor] });
                return;
            }

            if (!Moves.Contains(node.OpType) || (_pairs.TryGetValue(tensor, out var known) && known != pair))
            {
                throw node.Error($"computes on the codes of '{tensor}'; only moves of elements and Clip may stand between Q and DQ.");
            }

            _pairs[tensor] = pair;
            _readers.Add((tensor, node.Name));
            _nodes.Add(node with { Inputs = node.OpType == "Concat" ? Joined(node, pair) : [tensor, .. OnNumbers(node, pair)] });
            foreach (string output in node.Values)
            {
                _codes[output] = (output, pair);
            }
        }

        private string[] Joined(GraphNode node, QuantizationParameters pair)
        {
            var joined = node.Inputs.Select(input => _codes.GetValueOrDefault(input)).ToArray();
            if (joined.Any(codes => codes.Tensor is null || codes.Pair != pair || _pairs.GetValueOrDefault(codes.Tensor, pair) != pair))
            {
                throw node.Error("joins codes of several scales; only codes of one may be joined between Q and DQ.");
            }

            foreach (var (tensor, _) in joined)
            {
                _pairs[tensor] = pair;
                _readers.Add((tensor, node.Name));
            }

            return [.. joined.Select(codes => codes.Tensor)];
        }

        // A Pad must write the code of 0, because that is its default.
        private IEnumerable<string> OnNumbers(GraphNode node, QuantizationParameters pair)
        {
            if (node.OpType != "Pad" || !node.HasInput(2))
            {
                return node.Inputs.Skip(1);
            }

            return CodeTypes.Integers(node, Constant(node, 2))[0] == pair.ZeroPoint
                ? [node.Inputs[1], string.Empty, .. node.Inputs.Skip(3)]
                : throw node.Error("pads codes with another code than that of 0; only zeros are supported.");
        }

        /// <summary>The node, reading the tensors that the pairs before it show.</summary>
        private GraphNode Reading(GraphNode node)
        {
            node = _floats.Apart(node);
            string[] inputs = [.. node.Inputs.Select(input => _shown.GetValueOrDefault(input, input))];
            for (int i = 0; i < inputs.Length; i++)
            {
                if (_shown.ContainsKey(node.Inputs[i]))
                {
                    _readers.Add((inputs[i], node.Name));
                }
                else if (node.Inputs.Where((other, j) => inputs[j] == inputs[i] && _shown.ContainsKey(other)).Any())
                {
                    throw node.Error($"reads '{inputs[i]}' both as it is and through its Q/DQ pair, which is not supported.");
                }
            }

            return node with { Inputs = inputs };
        }

        private TensorData Constant(GraphNode node, int input) => Optional(node, input)
            ?? throw node.Error($"has no constant as its input {input}; scales and zero points must be stored in the file.");

        private TensorData? Optional(GraphNode node, int input)
        {
            if (!node.HasInput(input))
            {
                return null;
            }

            return _constants.TryGetValue(node.Inputs[input], out var value)
                ? value
                : throw node.Error($"computes its input {input} ('{node.Inputs[input]}'); it must be stored in the file.");
        }
    }
}

/// <summary>A QDQ file taken apart: the network in real numbers, and how its tensors and constants are rounded.</summary>
/// <param name="Graph">
/// Without QuantizeLinear, DequantizeLinear and Casts between floats; constants are the real values of their codes, in float32.
/// </param>
/// <param name="Pairs">The Q/DQ pair of a tensor, by its name.</param>
/// <param name="Readers">The nodes that see each tensor through its pair.</param>
/// <param name="Codes">The constants of <paramref name="Graph"/> that are stored as codes, by name.</param>
/// <param name="Floats">Formats of the nodes that compute in a float other than FP32, by name.</param>
internal sealed record QdqNetwork(
    ModelGraph Graph,
    IReadOnlyDictionary<string, QuantizationParameters> Pairs,
    IReadOnlySet<(string Tensor, string Node)> Readers,
    IReadOnlyDictionary<string, StoredCodes> Codes,
    IReadOnlyDictionary<string, NumberFormat> Floats);

/// <summary>
/// Codes that a file stores in a narrower type than its kernels multiply: widened by a Cast, and shifted back if they were shifted to fit.
/// </summary>
internal static class UnpackedCodes
{
    /// <summary>Codes in the type that the node casts to.</summary>
    /// <exception cref="KernelException">The type is neither int8 nor int32, or a code does not fit.</exception>
    public static TensorData Cast(GraphNode node, TensorData codes) => (ElementType)node.GetInt("to", 0) switch
    {
        ElementType.Int32 => TensorData.FromInt32(codes.Shape, CodeTypes.Integers(node, codes)),
        ElementType.Int8 => TensorData.FromInt8(codes.Shape, Array.ConvertAll(CodeTypes.Integers(node, codes), code => Narrow(node, code))),
        var other => throw node.Error($"casts codes to {other}; int8 and int32 are supported."),
    };

    /// <summary>Codes minus one number per channel, or one for all.</summary>
    /// <param name="shift">Has the codes' rank, with one element in every dimension except the channels'.</param>
    /// <exception cref="KernelException">Types or shapes are others.</exception>
    public static TensorData Subtract(GraphNode node, TensorData codes, TensorData shift)
    {
        int axis = Array.FindIndex(shift.Shape, size => size != 1);
        bool fits = codes.Type == ElementType.Int32
            && shift.Type == ElementType.Int32
            && shift.Shape.Length == codes.Shape.Length
            && (axis < 0 || (shift.Count == shift.Shape[axis] && shift.Count == codes.Shape[axis]));
        if (!fits)
        {
            throw node.Error("subtracts constants; int32 codes less one int32 number a channel are supported.");
        }

        int[] numbers = codes.As<int>().ToArray();
        ChannelLayout.Of(numbers.Length, codes.Shape, axis < 0 ? null : axis).Subtract(numbers, shift.As<int>());
        return TensorData.FromInt32(codes.Shape, numbers);
    }

    private static sbyte Narrow(GraphNode node, int code) => code is >= sbyte.MinValue and <= sbyte.MaxValue
        ? (sbyte)code
        : throw node.Error($"casts the code {code} to int8, which does not hold it.");
}
