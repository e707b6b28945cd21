namespace Cluster.Networks.Graphs.Passes;

/// <summary>
/// Replaces nodes by their values if these depend on constants and fixed sizes only, and the target of a Reshape that depends on the batch
/// by one with 0 or -1 in its place. Values that differ between inference for two batch sizes and two sizes of every free axis depend on
/// them.
/// </summary>
internal static class ConstantFolding
{
    // The limit of elements for a computed constant; it may also be as large as its largest input, because weights are rearranged.
    private const long LargestComputed = 1 << 16;

    // The limit for all computed constants together, as a multiple of the file's.
    private const long MostTimes = 4;
    private const long MostElements = 1 << 26;

    public static ModelGraph Apply(ModelGraph graph)
    {
        var (first, second) = ShapePropagation.Pair(graph);
        var editor = new GraphEditor(graph);
        var nodes = new List<GraphNode>();
        var computed = new List<GraphNode>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var copies = new Dictionary<string, string>(StringComparer.Ordinal);
        var outputs = graph.Outputs.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        long elements = 0;
        foreach (GraphNode original in graph.Nodes)
        {
            var node = original.Inputs.Any(copies.ContainsKey)
                ? original with { Inputs = [.. original.Inputs.Select(input => copies.GetValueOrDefault(input, input))] }
                : original;
            if (node.OpType == "Identity" && editor.Constant(node.Inputs[0]) is not null && !outputs.Contains(node.Output))
            {
                // A mask that many layers share must not be in the file as often.
                copies[node.Output] = node.Inputs[0];
            }
            else if (node.Inputs.Count == 0 || node.Outputs.Count > 1)
            {
                nodes.Add(node);
            }
            else if (first.Values.TryGetValue(node.Output, out TensorData? a) && second.Values.TryGetValue(node.Output, out TensorData? b)
                && a.Shape.AsSpan().SequenceEqual(b.Shape) && a.Bytes.Span.SequenceEqual(b.Bytes.Span))
            {
                editor.Define(node.Output, a);
            }
            else if (node.Inputs.All(name => name.Length == 0 || names.Contains(name) || editor.Constant(name) is not null)
                && Count(node.Output) <= Math.Max(LargestComputed, node.Inputs.Max(Count)) && ConstantOperators.Has(node, Value))
            {
                elements += Count(node.Output);
                Require(elements, graph);
                computed.Add(node);
                names.Add(node.Output);
            }
            else
            {
                nodes.Add(
                    node.OpType == "Reshape" && editor.Constant(node, 1) is null ? WithFixedTarget(node, first, second, editor) : node);
            }
        }

        var read = nodes.SelectMany(node => node.Inputs).Concat(outputs).Where(names.Contains);
        foreach (var (name, value) in Computed([.. read.Distinct(StringComparer.Ordinal)]))
        {
            editor.Define(name, value);
        }

        return editor.Build(nodes);

        long Count(string name) => name.Length == 0 ? 0 : ShapeMath.Count(first.Shapes[name]) ?? long.MaxValue;

        IReadOnlyDictionary<string, TensorData> Computed(IReadOnlyList<string> wanted) =>
            ConstantRun.Of(computed, graph.Opset, editor.Constant, wanted);

        TensorData? Value(string name) => names.Contains(name) ? Computed([name])[name] : editor.Constant(name);
    }

    private static void Require(long elements, ModelGraph graph)
    {
        if (elements > Math.Max(MostElements, MostTimes * graph.Initializers.Values.Sum(constant => constant.Count)))
        {
            throw new KernelException(
                $"The network makes constants of {elements} elements or more of those in its file, over {MostTimes} times as many and over "
                + $"{MostElements}: store them in the file, or simplify it before.");
        }
    }

    private static GraphNode WithFixedTarget(GraphNode node, ShapePropagation first, ShapePropagation second, GraphEditor editor)
    {
        if (!first.Values.TryGetValue(node.Inputs[1], out TensorData? before)
            || before.Integers() is not { } a
            || second.Values.GetValueOrDefault(node.Inputs[1])?.Integers() is not { } b
            || a.Length != b.Length)
        {
            return node;
        }

        var target = new long[a.Length];
        for (int i = 0; i < a.Length; i++)
        {
            bool copiesBatch = i == 0
                && first.Shapes[node.Inputs[0]] is [var x, ..]
                && x == a[0]
                && second.Shapes[node.Inputs[0]][0] == b[0];
            target[i] = a[i] == b[i] ? a[i] : copiesBatch ? 0 : -1;
        }

        // Otherwise the chain that computes it stays.
        return target.Count(size => size == -1) <= 1
            ? node.Without("allowzero").WithInput(1, editor.Add($"{node.Name}.target", TensorData.FromInt64([target.Length], target)))
            : node;
    }
}
