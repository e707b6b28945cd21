namespace Cluster.Networks.Graphs.Onnx;

/// <summary>
/// Puts the bodies of functions that the file defines into the places of their calls, also inside branches and loops. What a body defines
/// gets names of its own where the file has them already.
/// </summary>
internal sealed class Inlining
{
    private readonly Dictionary<(string Domain, string Name), FunctionProto> _functions;
    private readonly string _file;
    private readonly TakenNames _values = new();
    private readonly TakenNames _nodes = new();
    private long _visited;

    private Inlining(ModelProto model, string file)
    {
        _file = file;
        _functions = model.Functions.DistinctBy(Key).ToDictionary(Key);
        RequireEnd();
    }

    /// <summary>Changes the graph.</summary>
    public static void Apply(ModelProto model, string file)
    {
        if (model.Graph is not null && model.Functions.Count > 0)
        {
            new Inlining(model, file).Run(model.Graph, 0);
        }
    }

    /// <summary>A domain by its one name: ONNX's own has two.</summary>
    public static string Domain(string domain) => domain == "ai.onnx" ? string.Empty : domain;

    private static (string Domain, string Name) Key(FunctionProto function) => (Domain(function.Domain), function.Name);

    // Function by function, those that call no other one first.
    private void RequireEnd()
    {
        var open = _functions.ToDictionary();
        while (open.Count > 0)
        {
            var leaves = open.Where(function => !BodyDecoder.Within(function.Value.Node)
                    .Any(node => open.ContainsKey((Domain(node.Domain), node.OpType))))
                .Select(function => function.Key)
                .ToArray();
            if (leaves.Length == 0)
            {
                throw new KernelException(
                    $"The function {open.Keys.First().Name} of the model '{_file}' calls itself, directly or through others; expected "
                    + "functions without recursion.");
            }

            foreach (var leaf in leaves)
            {
                open.Remove(leaf);
            }
        }
    }

    private void Run(GraphProto graph, int depth)
    {
        BodyDecoder.RequireDepth(depth);
        _values.UnionWith(graph.Initializer.Select(tensor => tensor.Name).Concat(graph.Input.Select(input => input.Name))
            .Concat(graph.Node.SelectMany(node => node.Output)));
        _nodes.UnionWith(graph.Node.Select(node => node.Name));
        var pending = new Stack<NodeProto>(graph.Node.Reverse());
        var nodes = new List<NodeProto>();
        while (pending.TryPop(out var node))
        {
            // Also those that are replaced: functions that call each other many times write little and make much.
            GraphLimits.RequireNodes(++_visited, _file);
            if (_functions.TryGetValue((Domain(node.Domain), node.OpType), out var function))
            {
                foreach (var inner in Inlined(node, function).Reverse())
                {
                    pending.Push(inner);
                }

                continue;
            }

            foreach (var attribute in node.Attribute.Where(attribute => attribute.HasG))
            {
                var body = GraphProto.Parser.ParseFrom(attribute.G);
                Run(body, depth + 1);
                attribute.G = body.ToByteString();
            }

            nodes.Add(node);
        }

        graph.Node.Clear();
        graph.Node.AddRange(nodes);
    }

    private IEnumerable<NodeProto> Inlined(NodeProto call, FunctionProto function)
    {
        var body = FunctionBody.Of(function, call);
        var names = FunctionBody.Inputs(function, call);
        var defined = body.Node.SelectMany(inner => inner.Output).ToHashSet(StringComparer.Ordinal);
        var copies = new List<(string From, string To)>();
        foreach (var (inner, outer) in body.Output.Zip(call.Output, (output, result) => (output.Name, result))
            .Where(pair => pair.result.Length > 0))
        {
            if (!defined.Contains(inner) || !names.TryAdd(inner, outer))
            {
                copies.Add((inner, outer));
            }
        }

        foreach (string name in defined.Where(name => name.Length > 0 && !names.ContainsKey(name)))
        {
            names.Add(name, _values.New(name));
        }

        BodyDecoder.Rename(body, names, 0);
        foreach (var inner in body.Node)
        {
            inner.Name = _nodes.New($"{call.Name}/{(inner.Name.Length > 0 ? inner.Name : inner.OpType)}");
        }

        return [.. body.Node, .. copies.Select(copy => new NodeProto
        {
            Name = _nodes.New($"{call.Name}/{copy.To}"),
            OpType = "Identity",
            Input = { names.GetValueOrDefault(copy.From, copy.From) },
            Output = { copy.To },
        })];
    }
}
