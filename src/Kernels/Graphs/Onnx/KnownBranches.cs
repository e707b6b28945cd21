using Cluster.Kernels.Graphs.Onnx.Schema;
using Google.Protobuf;

namespace Cluster.Kernels.Graphs.Onnx;

/// <summary>
/// Puts the branch that an If takes in its place where its condition is a constant, as exporters write it for switches that were known.
/// What the branch defines gets names of its own where the graph has them already.
/// </summary>
internal sealed class KnownBranches
{
    private const int MostDepth = 32;

    private readonly GraphProto _graph;
    private readonly string _file;
    private readonly Dictionary<string, TensorProto> _constants = new(StringComparer.Ordinal);
    private readonly HashSet<string> _values;
    private readonly HashSet<string> _nodes;

    private KnownBranches(GraphProto graph, string file)
    {
        (_graph, _file) = (graph, file);
        foreach (var tensor in graph.Initializer)
        {
            _constants.TryAdd(tensor.Name, tensor);
        }

        _values = graph.Initializer.Select(tensor => tensor.Name).Concat(graph.Input.Select(input => input.Name))
            .Concat(graph.Node.SelectMany(node => node.Output)).ToHashSet(StringComparer.Ordinal);
        _nodes = graph.Node.Select(node => node.Name).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Changes the graph; other Ifs stay.</summary>
    public static void Inline(GraphProto graph, string file)
    {
        if (graph.Node.Any(node => node.OpType == "If"))
        {
            new KnownBranches(graph, file).Run();
        }
    }

    private void Run()
    {
        var pending = new Stack<NodeProto>(_graph.Node.Reverse());
        var nodes = new List<NodeProto>();
        while (pending.TryPop(out var node))
        {
            if (Taken(node) is { } branch)
            {
                foreach (var inner in Inlined(node, branch).AsEnumerable().Reverse())
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
            GraphLimits.RequireNodes(nodes.Count, _file);
        }

        _graph.Node.Clear();
        _graph.Node.AddRange(nodes);
    }

    private GraphProto? Taken(NodeProto node)
    {
        if (node.OpType != "If" || node.Domain is not ("" or "ai.onnx") || node.Input is not [var name]
            || !_constants.TryGetValue(name, out var tensor))
        {
            return null;
        }

        var condition = TensorDecoder.Decode(tensor, $"The condition '{name}' of '{_file}'");
        string branch = condition is { Type: ElementType.Bool, Count: 1 } && condition.Bytes.Span[0] != 0 ? "then_branch" : "else_branch";
        return node.Attribute.FirstOrDefault(attribute => attribute.Name == branch) is { HasG: true } found
            ? GraphProto.Parser.ParseFrom(found.G)
            : null;
    }

    private List<NodeProto> Inlined(NodeProto node, GraphProto branch)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var defined = branch.Node.SelectMany(inner => inner.Output).ToHashSet(StringComparer.Ordinal);
        var copies = new List<NodeProto>();
        foreach (var (inner, outer) in branch.Output.Zip(node.Output, (output, result) => (output.Name, result))
            .Where(pair => pair.result.Length > 0))
        {
            if (!defined.Contains(inner) || !names.TryAdd(inner, outer))
            {
                string copy = NameSource.New($"{node.Name}/{outer}", _nodes);
                copies.Add(new NodeProto { Name = copy, OpType = "Identity", Input = { inner }, Output = { outer } });
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
        Rename(branch, names, 0);
        foreach (var inner in branch.Node.Take(branch.Node.Count - copies.Count))
        {
            inner.Name = NameSource.New($"{node.Name}/{(inner.Name.Length > 0 ? inner.Name : inner.OpType)}", _nodes);
        }

        return [.. branch.Node];
    }

    private void Rename(GraphProto graph, IReadOnlyDictionary<string, string> names, int depth)
    {
        if (depth > MostDepth)
        {
            throw new KernelException($"The model '{_file}' has more than {MostDepth} branches within each other; expected fewer.");
        }

        foreach (var node in graph.Node)
        {
            for (int i = 0; i < node.Input.Count; i++)
            {
                node.Input[i] = names.GetValueOrDefault(node.Input[i], node.Input[i]);
            }

            for (int i = 0; i < node.Output.Count; i++)
            {
                node.Output[i] = names.GetValueOrDefault(node.Output[i], node.Output[i]);
            }

            foreach (var attribute in node.Attribute.Where(attribute => attribute.HasG))
            {
                var inner = GraphProto.Parser.ParseFrom(attribute.G);
                Rename(inner, names, depth + 1);
                attribute.G = inner.ToByteString();
            }
        }

        foreach (var output in graph.Output)
        {
            output.Name = names.GetValueOrDefault(output.Name, output.Name);
        }
    }
}
