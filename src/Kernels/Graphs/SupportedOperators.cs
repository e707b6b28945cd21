namespace Cluster.Kernels.Graphs;

/// <summary>The operators that a normalised graph may contain, and the conditions on them.</summary>
public static class SupportedOperators
{
    // Inputs that must be constants, by operator.
    private static readonly Dictionary<string, int[]> ConstantInputs = new(StringComparer.Ordinal)
    {
        ["Add"] = [],
        ["AveragePool"] = [],
        ["BatchNormalization"] = [1, 2, 3, 4],
        ["Clip"] = [1, 2],
        ["Concat"] = [],
        ["Conv"] = [1, 2],
        ["ConvTranspose"] = [1, 2],
        ["Div"] = [],
        ["Flatten"] = [],
        ["Gemm"] = [],
        ["GlobalAveragePool"] = [],
        ["GlobalMaxPool"] = [],
        ["HardSigmoid"] = [],
        ["HardSwish"] = [],
        ["Identity"] = [],
        ["LeakyRelu"] = [],
        ["MatMul"] = [],
        ["MaxPool"] = [],
        ["Mul"] = [],
        ["Pad"] = [1, 2, 3],
        ["ReduceMean"] = [1],
        ["Relu"] = [],
        ["Reshape"] = [1],
        ["Sigmoid"] = [],
        ["Slice"] = [1, 2, 3, 4],
        ["Softmax"] = [],
        ["Squeeze"] = [1],
        ["Sub"] = [],
        ["Tanh"] = [],
        ["Transpose"] = [],
        ["Unsqueeze"] = [1],
    };

    /// <summary>Operator names, sorted.</summary>
    public static IReadOnlyCollection<string> All { get; } = [.. ConstantInputs.Keys.Order(StringComparer.Ordinal)];

    /// <summary>
    /// One sentence for everything in the graph that is not supported, naming node and operator; empty where all is
    /// well.
    /// </summary>
    public static IReadOnlyList<string> Problems(ModelGraph graph)
    {
        var problems = new List<string>();
        foreach (ValueInfo input in graph.Inputs.Where(input => input.Type != ElementType.Float))
        {
            problems.Add($"The input '{input.Name}' has element type {input.Type}; expected float: export the network in float32.");
        }

        problems.AddRange(graph.Nodes.Select(node => Problem(node, graph)).OfType<string>());
        return problems;
    }

    /// <summary>Passes for a graph that can be executed.</summary>
    /// <exception cref="KernelException">The first of <see cref="Problems"/>.</exception>
    public static void Verify(ModelGraph graph)
    {
        if (Problems(graph) is [var first, ..])
        {
            throw new KernelException(first);
        }
    }

    internal static KernelException Refuse(GraphNode node) => new(Unsupported(node));

    private static string Unsupported(GraphNode node) =>
        $"Node '{node.Name}' has the operator {node.OpType}, which is not supported; supported are {string.Join(", ", All)}.";

    private static string? Problem(GraphNode node, ModelGraph graph)
    {
        if (!ConstantInputs.TryGetValue(node.OpType, out int[]? constants))
        {
            return Unsupported(node);
        }

        foreach (int input in constants)
        {
            if (node.HasInput(input) && !graph.Initializers.ContainsKey(node.Inputs[input]))
            {
                return node.Error($"computes its input {input} ('{node.Inputs[input]}'); it must be a constant here.").Message;
            }
        }

        return node switch
        {
            { Inputs: [] } or { Inputs: ["", ..] } => node.Error("has no input.").Message,
            { Outputs.Count: > 1 } =>
                node.Error($"has the second output '{node.Outputs[1]}', which is read; only the first output is supported.").Message,
            { OpType: "BatchNormalization" } when node.GetInt("training_mode", 0) != 0 =>
                node.Error("is in training mode; export the network for inference.").Message,
            { OpType: "Pad" } when node.GetText("mode", "constant") != "constant" =>
                node.Error($"pads in mode '{node.GetText("mode", string.Empty)}'; only constant padding is supported.").Message,
            _ => null,
        };
    }
}
