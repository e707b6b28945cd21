namespace Cluster.Networks.Graphs.Groups;

/// <summary>Classifies the nodes of one graph.</summary>
internal sealed class NodeRoles(ModelGraph graph)
{
    private readonly Dictionary<string, ElementType> _types = ElementTypes.Of(graph);
    private readonly HashSet<string> _normalised = Normalised(graph);
    private readonly Dictionary<string, GraphNode> _producers = graph.Producers();

    // Sizes are computed in integers and are never quantized, nor is what depends on their values.
    public NodeRole Of(GraphNode node) => IsRecurrent(node) ? NodeRole.Recurrent
        : _types.GetValueOrDefault(node.Output) != ElementType.Float || Activations(node).Any(input => _types[input] != ElementType.Float)
            ? NodeRole.Float
        : OfNumbers(node);

    /// <summary>Whether ONNX Runtime executes the node, as the interpreter has no kernel for it.</summary>
    public bool IsExecuted(GraphNode node) => !NativeOperators.Has(node, graph, _types);

    /// <summary>The element type of a value; Undefined where it is no tensor.</summary>
    public ElementType TypeOf(string value) => _types.GetValueOrDefault(value);

    // In a form that ONNX Runtime's own operator has.
    private bool IsRecurrent(GraphNode node) => node is { OpType: "LSTM", Domain: "" }
        && node.GetInt("layout", 0) == 0
        && node.Inputs.Skip(1).Take(2).Count(input => graph.Initializers.TryGetValue(input, out var weight)
            && weight is { Type: ElementType.Float, Shape: [> 0, > 0, > 0] }) == 2;

    private NodeRole OfNumbers(GraphNode node) => node.OpType switch
    {
        "Conv" when IsConstant(node, 1) => NodeRole.Weighted,
        "ConvTranspose" when IsConstant(node, 1) && BlockConvolution.Of(node, graph.Initializers[node.Inputs[1]].Shape) is not null =>
            NodeRole.Weighted,
        "Gemm" when IsConstant(node, 1) && HasPlainGemm(node) => NodeRole.Weighted,
        "MatMul" when IsConstant(node, 1) && graph.Initializers[node.Inputs[1]].Shape.Length == 2 => NodeRole.Weighted,
        "MatMul" when !IsConstant(node, 0) && !IsConstant(node, 1) => NodeRole.Product,
        "Add" when _normalised.Contains(node.Output) => NodeRole.Float,
        "Mul" when node.Inputs.Any(IsErrorFunction) => NodeRole.Float,
        "Add" or "Mul" when !IsConstant(node, 0) && !IsConstant(node, 1) => NodeRole.Requantizing,
        "Concat" when node.Inputs.All(input => !graph.Initializers.ContainsKey(input)) => NodeRole.Requantizing,
        "AveragePool" or "GlobalAveragePool" => NodeRole.Requantizing,
        "Pad" when IsZeroPad(node) => NodeRole.ScalePreserving,
        "MaxPool" or "Slice" or "Reshape" or "Flatten" or "Transpose" or "Squeeze" or "Unsqueeze" or "DepthToSpace" =>
            NodeRole.ScalePreserving,
        "Relu" or "Clip" => NodeRole.Activation,
        _ => NodeRole.Float,
    };

    /// <summary>Inputs that carry activations, in order, without constants and absent ones.</summary>
    public IEnumerable<string> Activations(GraphNode node) =>
        node.Inputs.Where(input => input.Length > 0 && !graph.Initializers.ContainsKey(input));

    /// <summary>
    /// Tensors that a layer normalisation reads, fused or as separate operators: the sums that run through a transformer from end to end.
    /// All later layers read them and no integer kernel gains from their codes.
    /// </summary>
    private static HashSet<string> Normalised(ModelGraph graph)
    {
        var means = graph.Nodes
            .Where(node => node.OpType == "ReduceMean")
            .ToDictionary(node => node.Output, node => node.Inputs[0], StringComparer.Ordinal);
        return
        [
            .. graph.Nodes.Where(node => node.OpType == "LayerNormalization").Select(node => node.Inputs[0]),
            .. graph.Nodes.Where(node => node.OpType == "Pow" && means.ContainsValue(node.Output)).Select(node => node.Inputs[0]),
            .. graph.Nodes
                .Where(node => node.OpType == "Sub" && means.GetValueOrDefault(node.Inputs[1]) == node.Inputs[0])
                .Select(node => node.Inputs[0]),
        ];
    }

    // 1 + erf(x / sqrt 2), the factor of x in Gelu: runtimes recognise the whole function and compute it in float.
    private bool IsErrorFunction(string tensor) =>
        _producers.GetValueOrDefault(tensor) is { OpType: "Add" } sum
        && sum.Inputs.Any(input => _producers.GetValueOrDefault(input) is { OpType: "Erf" });

    private static bool HasPlainGemm(GraphNode node) =>
        node.GetInt("transA", 0) == 0 && node.GetFloat("alpha", 1) == 1 && node.GetFloat("beta", 1) == 1;

    private bool IsConstant(GraphNode node, int input) => node.HasInput(input) && graph.Initializers.ContainsKey(node.Inputs[input]);

    private bool IsZeroPad(GraphNode node) =>
        node.GetText("mode", "constant") == "constant"
        && (!node.HasInput(2) || (graph.Initializers.TryGetValue(node.Inputs[2], out var value)
            && value.Type == ElementType.Float
            && value.As<float>()[0] == 0));
}
