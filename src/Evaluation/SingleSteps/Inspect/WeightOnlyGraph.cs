namespace Cluster.Evaluation.SingleSteps.Inspect;

/// <summary>
/// A file with weights of products in codes seen as the float network that it represents: products read float constants of the same shape
/// (their values do not matter here).
/// </summary>
internal sealed class WeightOnlyGraph
{
    private readonly Dictionary<string, int> _bits = new(StringComparer.Ordinal);

    /// <exception cref="Kernels.KernelException">Attributes and codes of a node do not fit together.</exception>
    public WeightOnlyGraph(ModelGraph file)
    {
        var constants = new Dictionary<string, TensorData>(file.Initializers, StringComparer.Ordinal);
        var nodes = new List<GraphNode>();
        foreach (var node in file.Nodes)
        {
            if (!IsProduct(node))
            {
                nodes.Add(node);
                continue;
            }

            var weights = PackedWeights.Of(node, file);
            constants[weights.Codes] = new TensorData(
                ElementType.Float, weights.Shape, new byte[checked(weights.Count * sizeof(float))]);
            _bits[weights.Codes] = weights.Bits;
            nodes.AddRange(weights.Unpacked());
        }

        Float = file with { Nodes = nodes, Initializers = constants };
    }

    /// <summary>The graph without such products.</summary>
    public ModelGraph Float { get; }

    public static bool Is(ModelGraph graph) => graph.Nodes.Any(IsProduct);

    /// <summary>The type of the node's weights: "int4 weights", or null for a node that reads no such weights.</summary>
    public string? Format(GraphNode node) =>
        node.Inputs.Where(_bits.ContainsKey).Select(name => $"int{_bits[name]} weights").FirstOrDefault();

    private static bool IsProduct(GraphNode node) => node is { Domain: WeightOnlyNodes.Domain, OpType: WeightOnlyNodes.Product };
}
