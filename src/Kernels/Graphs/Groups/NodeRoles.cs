using Cluster.Kernels.Graphs.Inference;

namespace Cluster.Kernels.Graphs.Groups;

/// <summary>Classifies the nodes of one graph.</summary>
internal sealed class NodeRoles(ModelGraph graph)
{
    private readonly Dictionary<string, ElementType> _types = ElementTypes.Of(graph);

    // Sizes are computed in integers and stay what they are; so does what they decide about.
    public NodeRole Of(GraphNode node) =>
        _types.GetValueOrDefault(node.Output) != ElementType.Float || Activations(node).Any(input => _types[input] != ElementType.Float)
            ? NodeRole.Float
            : OfNumbers(node);

    private NodeRole OfNumbers(GraphNode node) => node.OpType switch
    {
        "Conv" when IsConstant(node, 1) => NodeRole.Weighted,
        "Gemm" when IsConstant(node, 1) && HasPlainGemm(node) => NodeRole.Weighted,
        "MatMul" when IsConstant(node, 1) && graph.Initializers[node.Inputs[1]].Shape.Length == 2 => NodeRole.Weighted,
        "Add" or "Mul" when !IsConstant(node, 0) && !IsConstant(node, 1) => NodeRole.Requantizing,
        "Concat" when node.Inputs.All(input => !graph.Initializers.ContainsKey(input)) => NodeRole.Requantizing,
        "AveragePool" or "GlobalAveragePool" => NodeRole.Requantizing,
        "Pad" when IsZeroPad(node) => NodeRole.ScalePreserving,
        "MaxPool" or "Slice" or "Reshape" or "Flatten" or "Transpose" or "Squeeze" or "Unsqueeze" => NodeRole.ScalePreserving,
        "Relu" or "Clip" => NodeRole.Activation,
        _ => NodeRole.Float,
    };

    /// <summary>Inputs that carry activations, in order, without constants and absent ones.</summary>
    public IEnumerable<string> Activations(GraphNode node) =>
        node.Inputs.Where(input => input.Length > 0 && !graph.Initializers.ContainsKey(input));

    private static bool HasPlainGemm(GraphNode node) =>
        node.GetInt("transA", 0) == 0 && node.GetFloat("alpha", 1) == 1 && node.GetFloat("beta", 1) == 1;

    private bool IsConstant(GraphNode node, int input) => node.HasInput(input) && graph.Initializers.ContainsKey(node.Inputs[input]);

    private bool IsZeroPad(GraphNode node) =>
        node.GetText("mode", "constant") == "constant"
        && (!node.HasInput(2) || (graph.Initializers.TryGetValue(node.Inputs[2], out var value)
            && value.Type == ElementType.Float
            && value.As<float>()[0] == 0));
}
