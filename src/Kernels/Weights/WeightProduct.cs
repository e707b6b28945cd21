using Cluster.Kernels.Graphs;
using Cluster.Kernels.Quantization;
using Cluster.Kernels.Quantization.Blocks;

namespace Cluster.Kernels.Weights;

/// <summary>A constant matrix and the products whose weights it is: MatMul, or Gemm without factors.</summary>
/// <param name="Weight">Name of the constant.</param>
/// <param name="Nodes">In execution order.</param>
/// <param name="IsTransposed">Whether the constant is (outputs, inputs), as in a Gemm with transB; else (inputs, outputs).</param>
internal sealed record WeightProduct(string Weight, IReadOnlyList<GraphNode> Nodes, int Inputs, int Outputs, bool IsTransposed)
    : IWeightMatrix
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Reads => [.. Nodes.Select(node => node.Inputs[0]).Distinct(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public IEnumerable<(string Name, TensorData Value)> Constants(BlockCodes codes, NameSource names) =>
        MatMulNBits.Constants(Weight, codes, names);

    /// <inheritdoc/>
    public IEnumerable<GraphNode> Replace(GraphNode node, BlockCodes codes, ActivationRounding activations, NameSource names) =>
        MatMulNBits.Nodes(node, codes, activations, names);

    /// <summary>The constant as (outputs, inputs).</summary>
    public float[] Rows(TensorData constant) =>
        IsTransposed ? constant.As<float>().ToArray() : Matrices.Transposed(constant.As<float>(), Inputs, Outputs);

    /// <summary>The constant in its own layout.</summary>
    /// <param name="rows">(outputs, inputs).</param>
    public TensorData Constant(float[] rows) => IsTransposed
        ? TensorData.FromFloats([Outputs, Inputs], rows)
        : TensorData.FromFloats([Inputs, Outputs], Matrices.Transposed(rows, Outputs, Inputs));
}
