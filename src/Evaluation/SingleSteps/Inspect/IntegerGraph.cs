using Cluster.Networks.Graphs.Passes.Forms;

namespace Cluster.Evaluation.SingleSteps.Inspect;

/// <summary>
/// A file whose layers are operators on codes, such as QLinearConv, seen as the float network that it computes; for each node it is
/// remembered whether it read codes.
/// </summary>
internal sealed class IntegerGraph
{
    private readonly Dictionary<string, string> _formats = new(StringComparer.Ordinal);

    /// <exception cref="KernelException">A node computes with codes in a form that is not known here.</exception>
    public IntegerGraph(ModelGraph file)
    {
        Float = Dequantization.Apply(file);
        var codes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in file.Nodes.Where(node => node.OpType != "DequantizeLinear"))
        {
            bool isInteger = IsInteger(node) || (node.OpType != "QuantizeLinear" && node.Inputs.Any(codes.Contains));
            _formats[node.Name] = isInteger ? "int8" : "float32";
            if (node.OpType is "QuantizeLinear" or "DynamicQuantizeLinear" || (isInteger && GivesCodes(node)))
            {
                codes.Add(node.Output);
            }
        }

        int int8 = Float.Nodes.Count(node => Format(node) == "int8");
        Summary = new InspectQdq(
            file.Nodes.Count(node => node.OpType is "QuantizeLinear" or "DynamicQuantizeLinear"),
            file.Nodes.Count(node => node.OpType == "DequantizeLinear"),
            Stored(file),
            int8,
            Float.Nodes.Count - int8);
    }

    /// <summary>The network in float32.</summary>
    public ModelGraph Float { get; }

    public InspectQdq Summary { get; }

    public static bool Is(ModelGraph graph) => graph.Nodes.Any(IsInteger);

    /// <summary>
    /// The type of the node's inputs: "int8" or "float32"; null for a node that the file does not contain under this name.
    /// </summary>
    public string? Format(GraphNode node) => _formats.GetValueOrDefault(node.Name);

    private static bool IsInteger(GraphNode node) => WeightOnlyNodes.IsQuantized(node) && !WeightOnlyNodes.Is(node)
        && node.OpType is not ("QuantizeLinear" or "DequantizeLinear" or WeightOnlyNodes.Lstm or WeightOnlyNodes.DynamicProduct);

    // Sums of products are no codes, nor what is made of them.
    private static bool GivesCodes(GraphNode node)
    {
        const int GemmScale = 7;
        return node.OpType == "QGemm" ? node.HasInput(GemmScale)
            : node.OpType is not ("MatMulInteger" or "ConvInteger" or "MatMulIntegerToFloat");
    }

    // Weights have two axes and more, and biases are sums; points of zero are neither.
    private static int Stored(ModelGraph file) => file.Nodes.Where(node => IsInteger(node) || node.OpType == "DequantizeLinear")
        .SelectMany(node => node.Inputs).Distinct(StringComparer.Ordinal)
        .Count(name => file.Initializers.GetValueOrDefault(name) is { } constant
            && (constant.Type == ElementType.Int32
                || (constant.Type is ElementType.Int8 or ElementType.UInt8 && constant.Shape.Length > 1)));
}
