using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Weights;

/// <summary>A constant table whose rows are looked up by Gather, such as word vectors.</summary>
/// <param name="Weight">Name of the constant, (outputs, inputs).</param>
/// <param name="Nodes">In execution order.</param>
/// <param name="Outputs">Rows.</param>
/// <param name="Inputs">Columns.</param>
internal sealed record WeightTable(string Weight, IReadOnlyList<GraphNode> Nodes, int Outputs, int Inputs) : IWeightMatrix
{
    /// <summary>Empty: a row is used directly, so nothing can compensate for an error in it.</summary>
    public IReadOnlyList<string> Reads => [];

    /// <summary>Whether only such nodes read the table.</summary>
    public static bool IsReader(GraphNode node, string weight, ModelGraph graph) =>
        node.OpType == "Gather"
        && node.Inputs[0] == weight
        && node.Inputs[1] != weight
        && node.GetInt("axis", 0) == 0
        && graph.Initializers.TryGetValue(weight, out var table)
        && table is { Type: ElementType.Float, Shape: [> 0, > 0] }
        && GatherBlockQuantized.Fits(table.Shape[1]);

    /// <inheritdoc/>
    public float[] Rows(TensorData constant) => constant.As<float>().ToArray();

    /// <inheritdoc/>
    public TensorData Constant(float[] rows) => TensorData.FromFloats([Outputs, Inputs], rows);

    /// <inheritdoc/>
    public IEnumerable<(string Name, TensorData Value)> Constants(BlockCodes codes) =>
        GatherBlockQuantized.Constants(Weight, codes, Outputs);

    /// <inheritdoc/>
    public IEnumerable<GraphNode> Before(BlockCodes codes) => [];

    /// <inheritdoc/>
    public IEnumerable<GraphNode> Replace(GraphNode node, BlockCodes codes, ActivationRounding activations) =>
        [GatherBlockQuantized.Node(node.Name, Weight, codes, 2, node.Inputs[1], node.Output)];
}
