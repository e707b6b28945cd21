using Cluster.Kernels.Execution.Floats;

namespace Cluster.Export;

/// <summary>
/// Writes nodes in 16-bit floats: their inputs are cast once for all such readers, constants are stored in 16 bits, and their outputs are
/// cast to FP32 under the tensor's own name for readers in FP32. Between two such nodes nothing is cast.
/// </summary>
/// <param name="nodes">The file's nodes.</param>
/// <param name="constants">The file's constants.</param>
/// <param name="names">Names that are new to the file.</param>
internal sealed class FloatCasting(
    GroupedGraph graph, QuantizationLayout layout, List<GraphNode> nodes, Dictionary<string, TensorData> constants, NameSource names)
{
    private readonly HashSet<string> _cast = new(StringComparer.Ordinal);

    /// <summary>A Cast of a tensor.</summary>
    public static GraphNode Cast(string input, string output, ElementType type, NameSource names) =>
        new(names.Node(output + "_cast"), "Cast", [input], [output], ("to", AttributeValue.Of((long)type)));

    /// <summary>Writes the node.</summary>
    /// <param name="seen">Gives the name under which the node sees an activation in FP32.</param>
    public void Emit(GraphNode node, Func<string, string> seen)
    {
        var format = layout.FloatOf(node);
        string output = Narrow(node.Output, format);
        nodes.Add(node with { Inputs = [.. node.Inputs.Select(input => Read(input, node, format, seen))], Outputs = [output] });
        nodes.Add(Cast(output, node.Output, ElementType.Float, names));
    }

    private string Narrow(string tensor, NumberFormat format) => names.Part(tensor, $"_{format}");

    private string Read(string input, GraphNode reader, NumberFormat format, Func<string, string> seen)
    {
        if (graph.Graph.Initializers.TryGetValue(input, out var constant))
        {
            string stored = constant.Type == ElementType.Float ? Narrow(input, format) : input;
            constants[stored] = constant.Type == ElementType.Float ? FloatRounding.Stored(constant, format) : constant;
            return stored;
        }

        if (input.Length == 0)
        {
            return input;
        }

        string narrow = Narrow(seen(input), format);
        bool isMade = layout.PointFor(input, reader) is null
            && graph.ProducingNode(input) is { } producer
            && layout.FloatOf(producer) == format;
        if (!isMade && _cast.Add(narrow))
        {
            nodes.Add(Cast(seen(input), narrow, FloatRounding.StoredAs(format), names));
        }

        return narrow;
    }
}
