namespace Cluster.Kernels.Weights.Smoothing;

/// <summary>A constant matrix and the products whose weights it is: MatMul, or Gemm without factors.</summary>
/// <param name="Weight">Name of the constant.</param>
/// <param name="Nodes">In execution order.</param>
/// <param name="IsTransposed">Whether the constant is (outputs, inputs), as in a Gemm with transB; else (inputs, outputs).</param>
internal sealed record WeightProduct(string Weight, IReadOnlyList<GraphNode> Nodes, int Inputs, int Outputs, bool IsTransposed)
{
    /// <summary>The constant as (outputs, inputs).</summary>
    public float[] Rows(TensorData constant) =>
        IsTransposed ? constant.As<float>().ToArray() : Matrices.Transposed(constant.As<float>(), Inputs, Outputs);

    /// <summary>The constant in its own layout.</summary>
    /// <param name="rows">(outputs, inputs).</param>
    public TensorData Constant(float[] rows) => IsTransposed
        ? TensorData.FromFloats([Outputs, Inputs], rows)
        : TensorData.FromFloats([Inputs, Outputs], Matrices.Transposed(rows, Outputs, Inputs));
}
