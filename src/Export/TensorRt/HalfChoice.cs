using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Cluster.Export.TensorRt;

/// <summary>
/// Which nodes and pairs of a float32 QDQ file compute in FP16 when it becomes strongly typed: all that <see cref="HalfOperators"/> has,
/// unless FP16 does not hold a number that samples or constants show, or what stands around the node is in float32 alone.
/// </summary>
internal sealed class HalfChoice
{
    private const int MostNamed = 4;
    private const double Unheard = 1.0 / (1 << 20);

    private readonly QdqView _file;
    private readonly Dictionary<string, ElementType> _types;
    private readonly IReadOnlyDictionary<string, float> _largest;
    private readonly HashSet<string> _halves = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _words = new(StringComparer.Ordinal); // nodes by what keeps them

    /// <param name="file">TensorRT's QDQ file in float32, or a network without pairs.</param>
    /// <param name="types">Types of its values.</param>
    /// <param name="largest">Largest magnitudes of its float32 values.</param>
    /// <param name="kept">Nodes that stay in float32 as the user or the plan wants it.</param>
    public HalfChoice(
        ModelGraph file,
        Dictionary<string, ElementType> types,
        IReadOnlyDictionary<string, float> largest,
        IReadOnlySet<string> kept)
    {
        (_file, _types, _largest) = (new QdqView(file), types, largest);
        _halves.UnionWith(Pairs.Where(pair => PairFault(pair) is null).Select(pair => pair.Name));
        foreach (var node in file.Nodes.Where(node => !IsPair(node) && WritesFloats(node) && !kept.Contains(node.Name)
            && HalfOperators.Has(node, file.Initializers.ContainsKey)))
        {
            Choose(node, Fault(node));
        }

        LeaveIslands();
        _halves.ExceptWith(Pairs.Where(pair => !ReadersBehind(pair).Any(IsHalf)).Select(pair => pair.Name).ToArray());
    }

    /// <summary>A sentence without its full stop for each thing that keeps nodes in float32, beside their operators and the user.</summary>
    public IReadOnlyList<string> Words =>
    [
        .. _words.Select(kept =>
        {
            string others = kept.Value.Count > MostNamed ? $" and {kept.Value.Count - MostNamed} more" : string.Empty;
            string stays = kept.Value.Count == 1 ? "stays" : "stay";
            return $"{string.Join(", ", kept.Value.Take(MostNamed))}{others} {stays} in float32: {kept.Key}";
        }),
    ];

    /// <summary>Whether the node computes in FP16; of a QuantizeLinear, whether it reads FP16.</summary>
    public bool IsHalf(GraphNode node) => _halves.Contains(node.Name);

    private IEnumerable<GraphNode> Pairs => _file.Graph.Nodes.Where(node => node.OpType == "QuantizeLinear");

    private static bool IsPair(GraphNode node) => node.OpType is "QuantizeLinear" or "DequantizeLinear";

    private void Choose(GraphNode node, string? fault)
    {
        if (fault is null)
        {
            _halves.Add(node.Name);
        }
        else if (!_words.TryAdd(fault, [$"'{node.Name}'"]))
        {
            _words[fault].Add($"'{node.Name}'");
        }
    }

    private string? PairFault(GraphNode quantize)
    {
        string value = quantize.Inputs[0];
        float[] scales = _file.Constant(quantize, 1)?.As<float>().ToArray() ?? [];
        bool[] silent = _file.Constant(quantize, 0) is { } weights
            ? Silent(weights, (int)quantize.GetInt("axis", 1), [.. ReadersBehind(quantize)])
            : [];
        int lost = Array.FindIndex(
            [.. scales.Select((scale, channel) => (scale, channel))],
            one => !HalfNumbers.HoldsScale(one.scale) && !silent.ElementAtOrDefault(one.channel));
        return lost < 0 ? RangeFault(value) : string.Create(
            CultureInfo.InvariantCulture, $"a scale of '{value}' is {scales[lost]:G3}, of which float16 loses digits");
    }

    private string? Fault(GraphNode node)
    {
        foreach (string value in node.Inputs.Concat(node.Values).Where(IsFloat))
        {
            if (Quantize(value) is { } pair ? !IsHalf(pair) : RangeFault(value) is not null)
            {
                return Quantize(value) is { } named ? PairFault(named) : RangeFault(value);
            }
        }

        for (int i = 0; i < node.Inputs.Count; i++)
        {
            if (IsFloat(node.Inputs[i]) && _file.Constant(node, i) is { } constant
                && !HalfOperators.IsApart(node, i) && !IsBound(node, i)
                && ConstantFault(node, i, constant) is { } fault)
            {
                return $"'{node.Inputs[i]}' {fault}";
            }
        }

        return null;
    }

    private string? ConstantFault(GraphNode node, int input, TensorData constant) => input == 1 && _file.IsWeighted(node)
        && WeightBank.OutputAxis(node) is var axis && axis < constant.Shape.Length
        ? HalfNumbers.Fault(constant, axis, Silent(constant, axis, [node]))
        : HalfNumbers.Fault(constant);

    // Channels that add less than a millionth to the largest number that the layer writes, as dead ones of a folded normalization.
    private bool[] Silent(TensorData weights, int axis, GraphNode[] layers)
    {
        double most = layers.Select(layer => _largest.GetValueOrDefault(layer.Output)
            / Math.Max(_largest.GetValueOrDefault(_file.BeforePair(layer.Inputs[0])), float.Epsilon)).DefaultIfEmpty().Min() * Unheard;
        var numbers = weights.As<float>();
        var layout = ChannelLayout.Of(numbers.Length, weights.Shape, axis);
        double[] sums = new double[layout.Channels];
        foreach (var (channel, start) in layout)
        {
            sums[channel] += TensorPrimitives.SumOfMagnitudes(numbers.Slice(start, layout.Inner));
        }

        return Array.ConvertAll(sums, sum => sum < most);
    }

    /// <summary>Whether the input bounds what the node writes: beyond FP16's numbers it bounds nothing.</summary>
    public static bool IsBound(GraphNode node, int input) => node.OpType == "Clip" && input > 0;

    private string? RangeFault(string value) => !_largest.TryGetValue(value, out float largest) || largest == 0 ? null
        : !(largest <= HalfNumbers.LargestSeen) ? string.Create(
            CultureInfo.InvariantCulture, $"'{value}' reaches {largest:G3} on the samples, more than half of float16's 65504")
        : largest < HalfNumbers.SmallestSeen ? string.Create(
            CultureInfo.InvariantCulture, $"'{value}' reaches {largest:G3} on the samples, where float16 loses digits")
        : null;

    // What writes the codes that a DequantizeLinear reads.
    private GraphNode? Quantize(string value) => _file.Producer(value) is { OpType: "DequantizeLinear" } pair
        ? _file.Producer(pair.Inputs[0])
        : null;

    private bool IsFloat(string value) => value.Length > 0 && _types.GetValueOrDefault(value) == ElementType.Float;

    private bool WritesFloats(GraphNode node) => node.Values.Any(IsFloat);

    // Nodes between float32 nodes alone, without a layer or a pair among them: Casts would cost more than they save.
    private void LeaveIslands()
    {
        var left = new HashSet<string>(_halves, StringComparer.Ordinal);
        foreach (var node in _file.Graph.Nodes.Where(IsHalf).ToArray())
        {
            if (!left.Remove(node.Name))
            {
                continue;
            }

            List<GraphNode> island = [node];
            for (int i = 0; i < island.Count; i++)
            {
                island.AddRange(Neighbours(island[i]).Where(other => IsHalf(other) && left.Remove(other.Name)));
            }

            if (!island.Exists(other => IsPair(other) || HalfOperators.IsLayer(other)))
            {
                _halves.ExceptWith(island.Select(other => other.Name));
            }
        }
    }

    private IEnumerable<GraphNode> Neighbours(GraphNode node)
    {
        foreach (string input in node.Inputs.Where(IsFloat))
        {
            if ((Quantize(input) ?? _file.Producer(input)) is { } before)
            {
                yield return before;
            }
        }

        foreach (var reader in node.OpType == "QuantizeLinear"
            ? ReadersBehind(node)
            : node.Values.Where(IsFloat).SelectMany(_file.Readers))
        {
            yield return reader;
        }
    }

    // Those of what the pair gives back.
    private IEnumerable<GraphNode> ReadersBehind(GraphNode quantize) =>
        _file.Readers(quantize.Output).Where(IsPair).SelectMany(pair => pair.Values).SelectMany(_file.Readers);
}
