namespace Cluster.Kernels.Execution.Operators;

/// <summary>
/// The kernels of all operators of a normalised graph (opset 13). Each is defined once, in its family's file, for FP32, for simulated INT8
/// and for training; if these need different kernels, the definition chooses by <see cref="OperatorContext"/>.
/// </summary>
internal static class OperatorTable
{
    private static readonly Dictionary<string, OperatorBuilder> Builders = new(
        [
            .. ConvolutionOperators.All, .. ProductOperators.All, .. ArithmeticOperators.All, .. ActivationOperators.All,
            .. ElementwiseOperators.All, .. NormalizationOperators.All, .. PoolingOperators.All, .. ReductionOperators.All,
            .. LayoutOperators.All, .. SelectionOperators.All, .. ResizeOperators.All, .. RecurrentOperators.All,
            .. SizeOperators.All,
        ],
        StringComparer.Ordinal);

    /// <summary>The kernel of one node that <see cref="NativeOperators"/> has.</summary>
    /// <exception cref="KernelException">Its attributes do not fit its inputs.</exception>
    public static NodeKernel Build(GraphNode node, OperatorContext context) => Builders[node.OpType](node, context);
}
