namespace Cluster.Networks.Graphs.Passes.Forms;

/// <summary>
/// Writes Attention, of ONNX and of com.microsoft, MultiHeadAttention and FusedMatMul as the products that they are, which can be
/// quantized. Forms that are rare stay as they are: soft caps, lengths of padded keys, packed inputs, a causal mask over more keys than
/// queries, whose corner runtimes do not agree on.
/// </summary>
internal static class AttentionProducts
{
    private const string Microsoft = "com.microsoft";

    private static readonly string[] Sides = ["transA", "transB"];

    // Inputs of MultiHeadAttention and of com.microsoft's Attention in forms that stay as they are.
    private static readonly int[] RareOfHeads = [4, 8, 9];
    private static readonly int[] RareOfPacked = [3, 4, 6];

    public static ModelGraph Apply(ModelGraph graph)
    {
        if (!graph.Nodes.Any(IsKnown))
        {
            return graph;
        }

        var shapes = ShapePropagation.Probe(graph).Shapes;
        var types = ElementTypes.Of(graph);
        var editor = new GraphEditor(graph);
        return editor.Build(graph.Nodes.SelectMany(node =>
            IsKnown(node) && types.GetValueOrDefault(node.Inputs[0]) == ElementType.Float
                && node.Inputs.Where(input => input.Length > 0).All(input => Array.TrueForAll(shapes[input], size => size > 0))
                && Composed(new Composition(node, graph, editor), shapes, types) is { } nodes ? nodes : [node]));
    }

    private static bool IsKnown(GraphNode node) => (node.Domain, node.OpType) is
        ("", "Attention") or (Microsoft, "Attention") or (Microsoft, "MultiHeadAttention") or (Microsoft, "FusedMatMul");

    private static IReadOnlyList<GraphNode>? Composed(
        Composition at, IReadOnlyDictionary<string, long[]> shapes, Dictionary<string, ElementType> types) =>
        (at.Of.Domain, at.Of.OpType) switch
        {
            (Microsoft, "FusedMatMul") => FusedMatMul(at, shapes),
            (Microsoft, "MultiHeadAttention") => MultiHeadAttention(at, shapes, types),
            (Microsoft, _) => ProjectedAttention(at, shapes, types),
            _ => Attention(at, shapes, types),
        };

    private static IReadOnlyList<GraphNode>? FusedMatMul(Composition at, IReadOnlyDictionary<string, long[]> shapes)
    {
        var node = at.Of;
        int[] ranks = [.. node.Inputs.Select(input => shapes[input].Length)];
        if (node.GetInt("transBatchA", 0) != 0 || node.GetInt("transBatchB", 0) != 0 || ranks.Any(rank => rank < 2))
        {
            return null;
        }

        string[] sides = [.. Sides.Select((name, i) =>
            node.GetInt(name, 0) == 0 ? node.Inputs[i] : at.Transpose(node.Inputs[i], LastTwo(ranks[i])))];
        return at.End(at.Times(at.Add("MatMul", sides), node.GetFloat("alpha", 1)));
    }

    private static IReadOnlyList<GraphNode>? Attention(
        Composition at, IReadOnlyDictionary<string, long[]> shapes, Dictionary<string, ElementType> types)
    {
        var node = at.Of;
        long[] query = shapes[node.Inputs[0]], key = shapes[node.Inputs[1]];
        bool isByHead = query.Length == 4;
        if (node.GetFloat("softcap", 0) != 0 || node.HasInput(6) || node.Outputs.Skip(3).Any(output => output.Length > 0)
            || node.Inputs.Take(3).Any(input => shapes[input].Length != query.Length))
        {
            return null;
        }

        long heads = isByHead ? query[1] : node.GetInt("q_num_heads", 0);
        long shared = isByHead ? key[1] : node.GetInt("kv_num_heads", 0);
        long length = key[^2] + (node.Input(4) is { } past ? shapes[past][2] : 0);
        bool selects = node.Input(3) is { } mask && types.GetValueOrDefault(mask) == ElementType.Bool;
        bool isCausal = node.GetInt("is_causal", 0) != 0;
        if (heads <= 0 || shared <= 0 || heads % shared != 0 || (isCausal && (selects || length != query[^2]))
            || (node.HasInput(3) && shapes[node.Inputs[3]].LastOrDefault() != length))
        {
            return null;
        }

        return Attended(
            at,
            [.. node.Inputs.Take(3).Select((input, i) => isByHead ? input : ByHead(at, input, i == 0 ? heads : shared))],
            [node.Input(4), node.Input(5)],
            new Heads(heads, shared, isByHead ? query[3] : query[2] / heads),
            node.Input(3),
            selects,
            isCausal,
            isJoined: !isByHead);
    }

    private static IReadOnlyList<GraphNode>? MultiHeadAttention(
        Composition at, IReadOnlyDictionary<string, long[]> shapes, Dictionary<string, ElementType> types)
    {
        var node = at.Of;
        bool isCausal = node.GetInt("unidirectional", 0) != 0;
        if (!node.HasInput(1) || !node.HasInput(2) || shapes[node.Inputs[0]] is not [_, var length, var width]
            || shapes[node.Inputs[1]] is not { Length: 3 or 4 } key || shapes[node.Inputs[2]].Length != key.Length
            || RareOfHeads.Any(node.HasInput)
            || (isCausal && (node.HasInput(6) || key[^2] != length))
            || (key.Length == 4 && node.HasInput(3)))
        {
            return null;
        }

        long heads = node.GetInt("num_heads", 1);
        string[] sides = [.. node.Inputs.Take(3)];
        if (node.Input(3) is { } bias)
        {
            long from = 0;
            for (int i = 0; i < sides.Length; i++)
            {
                sides[i] = at.Add("Add", [sides[i], at.Slice(bias, from, from += shapes[node.Inputs[i]][2], 0)]);
            }
        }

        return Attended(
            at,
            [.. sides.Select((side, i) => i > 0 && key.Length == 4 ? side : ByHead(at, side, heads))],
            [node.Input(6), node.Input(7)],
            new Heads(heads, heads, width / heads),
            node.Input(5),
            node.Input(5) is { } mask && types.GetValueOrDefault(mask) == ElementType.Bool,
            isCausal,
            isJoined: true);
    }

    // com.microsoft's Attention makes queries, keys and values itself.
    private static IReadOnlyList<GraphNode>? ProjectedAttention(
        Composition at, IReadOnlyDictionary<string, long[]> shapes, Dictionary<string, ElementType> types)
    {
        var node = at.Of;
        if (shapes[node.Inputs[0]].Length != 3 || shapes[node.Inputs[1]] is not [_, var columns]
            || RareOfPacked.Any(node.HasInput)
            || node.GetInts("qkv_hidden_sizes") is not null || node.GetInt("do_rotary", 0) != 0
            || node.Outputs.Skip(1).Any(output => output.Length > 0))
        {
            return null;
        }

        long heads = node.GetInt("num_heads", 1), each = columns / 3;
        string all = at.Add("MatMul", [.. node.Inputs.Take(2)]);
        all = node.HasInput(2) ? at.Add("Add", [all, node.Inputs[2]]) : all;
        return Attended(
            at,
            [.. Enumerable.Range(0, 3).Select(i => ByHead(at, at.Slice(all, i * each, (i + 1) * each, 2), heads))],
            [null, null],
            new Heads(heads, heads, each / heads),
            node.Input(5),
            node.Input(5) is { } mask && types.GetValueOrDefault(mask) == ElementType.Bool,
            node.GetInt("unidirectional", 0) != 0,
            isJoined: true);
    }

    // (N, length, heads * size) -> (N, heads, length, size)
    private static string ByHead(Composition at, string value, long heads) => at.Transpose(at.Reshape(value, 0, 0, heads, -1), 0, 2, 1, 3);

    private static long[] LastTwo(int rank) => [.. Enumerable.Range(0, rank - 2).Select(axis => (long)axis), rank - 1, rank - 2];

    // sides: queries, keys and values, (N, heads, length, size); past: keys and values before them; selects: the mask says what counts.
    private static IReadOnlyList<GraphNode> Attended(
        Composition at,
        string[] sides,
        string?[] past,
        Heads heads,
        string? mask,
        bool selects,
        bool isCausal,
        bool isJoined)
    {
        string[] present = [.. past.Select((before, i) =>
            before is null ? sides[i + 1] : at.Add("Concat", [before, sides[i + 1]], ("axis", AttributeValue.Of(2L))))];
        float scale = at.Of.GetFloat("scale", 0) is not 0 and var stated ? stated : (float)(1 / Math.Sqrt(heads.Size));
        string query = Grouped(at.Times(sides[0], scale));
        string scores = Apart(at.Add("MatMul", [query, at.Transpose(present[0], 0, 1, 3, 2)]));
        if (mask is not null)
        {
            scores = selects ? at.Add("Where", [mask, scores, at.Number(float.MinValue)]) : at.Add("Add", [scores, mask]);
        }

        if (isCausal)
        {
            string sizes = at.Slice(at.Add("Shape", [scores]), 2, 4, 0);
            string later = at.Add("ConstantOfShape", [sizes], ("value", AttributeValue.Of(TensorData.FromFloats([1], [float.MinValue]))));
            scores = at.Add("Add", [scores, at.Add("Trilu", [later, at.Integer(1)], ("upper", AttributeValue.Of(1L)))]);
        }

        string weights = at.Add("Softmax", [scores], ("axis", AttributeValue.Of(-1L)));

        // A query that may attend to nothing gives zeros.
        weights = selects ? at.Add("Where", [mask!, weights, at.Number(0)]) : weights;
        string value = Apart(at.Add("MatMul", [Grouped(weights), present[1]]));
        return at.End(isJoined ? at.Reshape(at.Transpose(value, 0, 2, 1, 3), 0, 0, -1) : value, present[0], present[1]);

        // Queries that share keys are rows of one product.
        string Grouped(string value) => heads.Count == heads.Shared ? value : at.Reshape(value, 0, heads.Shared, -1, 0);
        string Apart(string value) => heads.Count == heads.Shared ? value : at.Reshape(value, 0, heads.Count, -1, 0);
    }

    /// <param name="Count">Of queries.</param>
    /// <param name="Shared">Of keys and values, each for as many of queries.</param>
    /// <param name="Size">Numbers of a key.</param>
    private sealed record Heads(long Count, long Shared, long Size);
}

/// <summary>The nodes that take the place of one; they and their values are called after it.</summary>
internal sealed class Composition(GraphNode of, ModelGraph graph, GraphEditor editor)
{
    private readonly List<GraphNode> _nodes = [];

    public GraphNode Of => of;

    /// <summary>Adds a node; gives its value.</summary>
    public string Add(string type, string[] inputs, params (string Name, AttributeValue Value)[] attributes)
    {
        string value = editor.Names.Value($"{of.Output}/{type}");
        _nodes.Add(new GraphNode(editor.Names.Node($"{of.Name}/{type}"), type, inputs, [value], attributes));
        return value;
    }

    public string Number(float value) => editor.Add($"{of.Name}.number", TensorData.FromFloats([], [value]));

    public string Integers(params long[] values) => editor.Add($"{of.Name}.integers", TensorData.FromInt64([values.Length], values));

    public string Integer(long value) => editor.Add($"{of.Name}.integer", TensorData.FromInt64([], [value]));

    public string Times(string value, float factor) => factor == 1 ? value : Add("Mul", [value, Number(factor)]);

    public string Reshape(string value, params long[] shape) => Add("Reshape", [value, Integers(shape)]);

    public string Transpose(string value, params long[] axes) => Add("Transpose", [value], ("perm", AttributeValue.Of(axes)));

    public string Slice(string value, long from, long to, long axis) =>
        Add("Slice", [value, Integers(from), Integers(to), Integers(axis)]);

    /// <summary>The mean along axes, which stay with size 1.</summary>
    public string Mean(string value, params long[] axes) => graph.Opset >= 18
        ? Add("ReduceMean", [value, Integers(axes)])
        : Add("ReduceMean", [value], ("axes", AttributeValue.Of(axes)));

    /// <summary>All nodes, of which the last ones give the outputs.</summary>
    /// <param name="values">For each output of the node that was replaced; further ones are not read.</param>
    public IReadOnlyList<GraphNode> End(params string[] values) =>
    [
        .. _nodes,
        .. values.Zip(of.Outputs).Where(pair => pair.Second.Length > 0).Select(pair => new GraphNode(
            editor.Names.Node($"{of.Name}/{pair.Second}"), "Identity", [pair.First], [pair.Second])),
    ];
}
