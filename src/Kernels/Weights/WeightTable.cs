using Cluster.Kernels.Graphs;
using Cluster.Kernels.Quantization.Blocks;

namespace Cluster.Kernels.Weights;

/// <summary>
/// A constant table whose rows are looked up by Gather, such as word vectors. A row is used directly, so nothing can compensate for an
/// error in it.
/// </summary>
/// <param name="Weight">Name of the constant, (outputs, inputs).</param>
/// <param name="Nodes">In execution order.</param>
/// <param name="Outputs">Rows.</param>
/// <param name="Inputs">Columns.</param>
internal sealed record WeightTable(string Weight, IReadOnlyList<GraphNode> Nodes, int Outputs, int Inputs) : IWeightMatrix
{
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
    public TensorData Constant(float[] rows) => TensorData.FromFloats([Outputs, Inputs], rows);

    /// <inheritdoc/>
    public IEnumerable<(string Name, TensorData Value)> Constants(BlockCodes codes, NameSource names) =>
        GatherBlockQuantized.Constants(Weight, codes, names, Outputs);

    /// <inheritdoc/>
    public IEnumerable<GraphNode> Replace(GraphNode node, BlockCodes codes, ActivationRounding activations, NameSource names) =>
        [GatherBlockQuantized.Node(node.Name, Weight, codes, names, 2, node.Inputs[1], node.Output)];
}
