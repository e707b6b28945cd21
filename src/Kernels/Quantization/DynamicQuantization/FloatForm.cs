namespace Cluster.Kernels.Quantization.DynamicQuantization;

/// <summary>The layer that a written node computes, which quantizes in each run.</summary>
/// <param name="Nodes">In execution order; the first is the layer and has the node's name.</param>
/// <param name="Weights">Constants that are codes in the file, with the shapes of the layer's weights.</param>
public sealed record FloatForm(IReadOnlyList<GraphNode> Nodes, IReadOnlyList<(string Constant, long[] Shape)> Weights)
{
    private const int LstmInputs = 8;
    private const int Bias = 4;

    /// <summary>Null for any other node.</summary>
    public static FloatForm? Of(GraphNode node, ModelGraph file) => node.Domain != WeightOnlyNodes.Domain ? null : node.OpType switch
    {
        WeightOnlyNodes.Lstm => new FloatForm(
            [node with { OpType = "LSTM", Domain = "", Inputs = [.. node.Inputs.Take(LstmInputs)] }],
            [
                .. node.Inputs.Skip(1).Take(2).Select(codes => (codes, file.Initializers[codes].Shape is var shape
                    ? new[] { shape[0], shape[2], shape[1] }
                    : [])),
            ]),
        WeightOnlyNodes.DynamicProduct => new FloatForm(
            node.HasInput(Bias)
                ?
                [
                    Product(node, $"{node.Output}/product"),
                    new GraphNode($"{node.Name}/bias", "Add", [$"{node.Output}/product", node.Inputs[Bias]], node.Outputs),
                ]
                : [Product(node, node.Output)],
            [(node.Inputs[1], file.Initializers[node.Inputs[1]].Shape)]),
        _ => null,
    };

    private static GraphNode Product(GraphNode node, string output) => new(node.Name, "MatMul", [.. node.Inputs.Take(2)], [output]);
}
