using Cluster.Kernels.Graphs.Inference;

namespace Cluster.Kernels.Graphs;

/// <summary>The operators that a normalised graph may contain, and the conditions on them.</summary>
public static class SupportedOperators
{
    // Further operators that a file may contain: normalisation folds or rewrites them.
    private static readonly HashSet<string> Rewritten = new(StringComparer.Ordinal) { "Dropout", "Split", "Upsample" };

    /// <summary>One sentence for each unsupported item of the graph, naming node and operator; empty if there is none.</summary>
    public static IReadOnlyList<string> Problems(ModelGraph graph) =>
        [.. GraphProblems.Types(graph), .. graph.Nodes.Select(node => Problem(node, graph)).OfType<string>()];

    /// <summary>Throws unless the graph can be executed.</summary>
    /// <exception cref="KernelException">All of <see cref="Problems"/>.</exception>
    public static void Verify(ModelGraph graph) => Refuse(Problems(graph));

    internal static void Refuse(IReadOnlyList<string> problems)
    {
        if (problems.Count > 0)
        {
            throw new KernelException(string.Join(' ', problems));
        }
    }

    /// <summary>
    /// One sentence for each operator of a file that no normal graph can hold and no pass rewrites, regardless of other problems.
    /// </summary>
    public static IReadOnlyList<string> Unknown(ModelGraph file) =>
    [
        .. file.Nodes
            .Where(node => !IsKnown(node))
            .GroupBy(node => node.OpType, StringComparer.Ordinal)
            .Select(nodes => Unsupported(nodes.First(), nodes.Count() - 1)),
    ];

    /// <summary>Whether a file may contain the operator.</summary>
    internal static bool IsKnown(GraphNode node) => OperatorCatalog.Entries.ContainsKey(node.OpType) || Rewritten.Contains(node.OpType)
        || ConstantOperators.ConstantOnly.Contains(node.OpType);

    internal static KernelException Refuse(GraphNode node) => new(Unsupported(node, 0));

    private static string Unsupported(GraphNode node, int others) =>
        $"Node '{node.Name}' has the operator {node.OpType}{(others > 0 ? $", and {others} more have it" : "")}, which is not "
        + "supported; docs/operators.md lists those that are.";

    private static string? Problem(GraphNode node, ModelGraph graph)
    {
        if (!OperatorCatalog.Entries.TryGetValue(node.OpType, out var entry))
        {
            return node.OpType == "Dropout"
                ? node.Error(node.Outputs.Count > 1
                    ? $"has the output '{node.Outputs[^1]}', which is read; only the first output is supported."
                    : "is in training mode; export the network for inference.").Message
                : ConstantOperators.ConstantOnly.Contains(node.OpType)
                ? node.Error("reads what depends on the network's inputs; this operator is computed of constants only.").Message
                : Unsupported(node, 0);
        }

        foreach (int input in entry.ConstantInputs)
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
                node.Error($"has the output '{node.Outputs[^1]}', which is read; only the first output is supported.").Message,
            { OpType: "BatchNormalization" } when node.GetInt("training_mode", 0) != 0 =>
                node.Error("is in training mode; export the network for inference.").Message,
            { OpType: "AveragePool" } when node.GetInts("dilations") is { } steps && steps.Any(step => step != 1) =>
                node.Error("averages windows with gaps (dilations), which is not supported; a convolution computes the same.").Message,
            { OpType: "Pad" } when node.GetText("mode", "constant") is not ("constant" or "reflect" or "edge") =>
                node.Error($"pads in mode '{node.GetText("mode", string.Empty)}'; supported are constant, reflect and edge.").Message,
            _ => null,
        };
    }
}
