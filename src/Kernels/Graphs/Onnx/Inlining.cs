using Cluster.Kernels.Graphs.Onnx.Schema;
using Google.Protobuf;

namespace Cluster.Kernels.Graphs.Onnx;

/// <summary>
/// Puts into its place the branch that an If takes where its condition is a constant, as exporters write it for switches that were known,
/// and the body of a function that the file defines. What these define gets names of their own where the graph has them already.
/// </summary>
internal sealed class Inlining
{
    private readonly Dictionary<(string Domain, string Name), FunctionProto> _functions;
    private readonly GraphProto _graph;
    private readonly string _file;
    private readonly Dictionary<string, TensorProto> _constants = new(StringComparer.Ordinal);
    private readonly HashSet<string> _values;
    private readonly HashSet<string> _nodes;

    private Inlining(ModelProto model, string file)
    {
        var graph = model.Graph;
        (_graph, _file) = (graph, file);
        _functions = model.Functions.DistinctBy(Key).ToDictionary(Key);
        RequireEnd();
        foreach (var tensor in graph.Initializer)
        {
            _constants.TryAdd(tensor.Name, tensor);
        }

        _values = graph.Initializer.Select(tensor => tensor.Name).Concat(graph.Input.Select(input => input.Name))
            .Concat(graph.Node.SelectMany(node => node.Output)).ToHashSet(StringComparer.Ordinal);
        _nodes = graph.Node.Select(node => node.Name).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Changes the graph; other Ifs stay.</summary>
    public static void Apply(ModelProto model, string file)
    {
        if (model.Graph is not null && (model.Functions.Count > 0 || model.Graph.Node.Any(node => node.OpType == "If")))
        {
            new Inlining(model, file).Run();
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
            var leaves = open.Where(function => !function.Value.Node.Any(node => open.ContainsKey((Domain(node.Domain), node.OpType))))
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

    private void Run()
    {
        var pending = new Stack<NodeProto>(_graph.Node.Reverse());
        var nodes = new List<NodeProto>();
        for (long visited = 1; pending.TryPop(out var node); visited++)
        {
            // Also those that are replaced: functions that call each other many times write little and make much.
            GraphLimits.RequireNodes(visited, _file);
            if (Taken(node) is { } taken)
            {
                foreach (var inner in Inlined(node, taken.Body, taken.Inputs).AsEnumerable().Reverse())
                {
                    pending.Push(inner);
                }

                continue;
            }

            if (node is { OpType: "Constant", Output: [var name], Attribute: [{ T: { } value }] })
            {
                _constants.TryAdd(name, value);
            }

            nodes.Add(node);
        }

        _graph.Node.Clear();
        _graph.Node.AddRange(nodes);
    }

    private (GraphProto Body, Dictionary<string, string> Inputs)? Taken(NodeProto node)
    {
        if (_functions.TryGetValue((Domain(node.Domain), node.OpType), out var function))
        {
            return (FunctionBody.Of(function, node), FunctionBody.Inputs(function, node));
        }

        if (node.OpType != "If" || Domain(node.Domain).Length > 0 || node.Input is not [var name]
            || !_constants.TryGetValue(name, out var tensor))
        {
            return null;
        }

        var condition = TensorDecoder.Decode(tensor, $"The condition '{name}' of '{_file}'");
        string branch = condition is { Type: ElementType.Bool, Count: 1 } && condition.Bytes.Span[0] != 0 ? "then_branch" : "else_branch";
        return node.Attribute.FirstOrDefault(attribute => attribute.Name == branch) is { HasG: true } found
            ? (GraphProto.Parser.ParseFrom(found.G), new(StringComparer.Ordinal))
            : null;
    }

    // names: what the branch calls the node's inputs.
    private List<NodeProto> Inlined(NodeProto node, GraphProto branch, Dictionary<string, string> names)
    {
        var defined = branch.Node.SelectMany(inner => inner.Output).ToHashSet(StringComparer.Ordinal);
        var copies = new List<NodeProto>();
        foreach (var (inner, outer) in branch.Output.Zip(node.Output, (output, result) => (output.Name, result))
            .Where(pair => pair.result.Length > 0))
        {
            if (!defined.Contains(inner) || !names.TryAdd(inner, outer))
            {
                string copy = NameSource.New($"{node.Name}/{outer}", _nodes);
                copies.Add(new NodeProto
                {
                    Name = copy,
                    OpType = "Identity",
                    Input = { names.GetValueOrDefault(inner, inner) },
                    Output = { outer },
                });
            }
        }

        foreach (string name in branch.Initializer.Select(tensor => tensor.Name).Concat(defined).Where(name => name.Length > 0))
        {
            if (!names.ContainsKey(name))
            {
                names.Add(name, NameSource.New(name, _values));
            }
        }

        foreach (var tensor in branch.Initializer)
        {
            tensor.Name = names[tensor.Name];
            _graph.Initializer.Add(tensor);
            _constants.TryAdd(tensor.Name, tensor);
        }

        branch.Node.AddRange(copies);
        BodyDecoder.Rename(branch, names, 0);
        foreach (var inner in branch.Node.Take(branch.Node.Count - copies.Count))
        {
            inner.Name = NameSource.New($"{node.Name}/{(inner.Name.Length > 0 ? inner.Name : inner.OpType)}", _nodes);
        }

        return [.. branch.Node];
    }
}
