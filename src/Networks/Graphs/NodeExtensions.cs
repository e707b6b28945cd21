namespace Cluster.Networks.Graphs;

/// <summary>Small queries of a node that passes and inference share.</summary>
internal static class NodeExtensions
{
    /// <summary>An error that names node and operator; <paramref name="problem"/> continues the sentence.</summary>
    public static KernelException Error(this GraphNode node, string problem) => new($"Node '{node.Name}' ({node.OpType}) {problem}");

    public static GraphNode With(this GraphNode node, string attribute, AttributeValue value) => node with
    {
        Attributes = new Dictionary<string, AttributeValue>(node.Attributes, StringComparer.Ordinal) { [attribute] = value },
    };

    public static GraphNode Without(this GraphNode node, params string[] attributes) => node with
    {
        Attributes = node.Attributes.Where(pair => !attributes.Contains(pair.Key)).ToDictionary(StringComparer.Ordinal),
    };

    /// <summary>The node with its branches or loop bodies rewritten, which are given with a name.</summary>
    public static GraphNode WithBodies(this GraphNode node, Func<GraphBody, string, GraphBody> rewrite) => node.HasBody ? node with
    {
        Attributes = node.Attributes.ToDictionary(
            pair => pair.Key,
            pair => pair.Value.Body is { } body ? new AttributeValue { Body = rewrite(body, $"{node.Name}/{pair.Key}") } : pair.Value,
            StringComparer.Ordinal),
    } : node;

    public static GraphNode WithInput(this GraphNode node, int index, string value)
    {
        string[] inputs = [.. node.Inputs, .. Enumerable.Repeat(string.Empty, Math.Max(0, index + 1 - node.Inputs.Count))];
        inputs[index] = value;
        return node with { Inputs = inputs };
    }

    /// <summary>
    /// Values that depend on what the inputs hold, and not on their sizes or on constants alone, as positions and causal masks do.
    /// </summary>
    public static HashSet<string> FollowingInputs(this ModelGraph graph)
    {
        var found = graph.Inputs.Select(input => input.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var node in graph.Nodes.Where(node => node.OpType != "Shape" && node.Inputs.Any(found.Contains)))
        {
            found.UnionWith(node.Values);
        }

        return found;
    }

    /// <summary>The nodes that read a value, each once.</summary>
    public static ILookup<string, GraphNode> Readers(this ModelGraph graph) => graph.Nodes
        .SelectMany(node => node.Inputs.Distinct(StringComparer.Ordinal).Select(input => (input, node)))
        .ToLookup(pair => pair.input, pair => pair.node, StringComparer.Ordinal);

    /// <summary>The node that computes each value.</summary>
    public static Dictionary<string, GraphNode> Producers(this ModelGraph graph) => graph.Nodes
        .SelectMany(node => node.Values.Select(output => (output, node)))
        .ToDictionary(pair => pair.output, pair => pair.node, StringComparer.Ordinal);

    public static string? Input(this GraphNode node, int index) => node.HasInput(index) ? node.Inputs[index] : null;

    /// <summary>The value that decides which branch is taken; null for a node that has none.</summary>
    public static string? Condition(this GraphNode node) => node is { OpType: "If", Domain: "" } ? node.Input(0) : null;

    /// <summary>The elements of an int64 or int32 tensor, null for other types.</summary>
    public static long[]? Integers(this TensorData tensor) => tensor.Type switch
    {
        ElementType.Int64 => tensor.As<long>().ToArray(),
        ElementType.Int32 => Array.ConvertAll(tensor.As<int>().ToArray(), value => (long)value),
        _ => null,
    };
}

/// <summary>The graph in an attribute, which ONNX Runtime alone reads: it stays as it was written.</summary>
/// <param name="Bytes">A GraphProto.</param>
/// <param name="Captured">Values that it reads and does not define, in the order of first use.</param>
/// <param name="Defined">Names that it defines, at any depth.</param>
public sealed record GraphBody(ReadOnlyMemory<byte> Bytes, IReadOnlyList<string> Captured, IReadOnlySet<string> Defined);
