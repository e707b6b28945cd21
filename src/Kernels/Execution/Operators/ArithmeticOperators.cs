using Cluster.Kernels.Graphs;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Operators;

/// <summary>Sums and products element by element, with broadcasting.</summary>
internal static class ArithmeticOperators
{
    public static Dictionary<string, OperatorBuilder> All { get; } = new(StringComparer.Ordinal)
    {
        ["Add"] = (node, context) => Binary(node, context, TensorOps.Add),
        ["Sub"] = (node, context) => Binary(node, context, TensorOps.Sub),
        ["Mul"] = (node, context) => Binary(node, context, TensorOps.Mul),
        ["Div"] = (node, context) => Binary(node, context, TensorOps.Div),
        ["BatchNormalization"] = BatchNormalization,
    };

    /// <summary>An operator with two inputs, one of which may be a constant.</summary>
    public static NodeKernel Binary(GraphNode node, OperatorContext context, Func<Tensor, Tensor, Tensor> compute)
    {
        var constants = context.Constants;
        if (constants.Has(node.Inputs[0]))
        {
            var left = constants.Tensor(node.Inputs[0]);
            return inputs => compute(left, inputs[0]);
        }

        if (constants.Has(node.Inputs[1]))
        {
            var right = constants.Tensor(node.Inputs[1]);
            return inputs => compute(inputs[0], right);
        }

        return inputs => compute(inputs[0], inputs[1]);
    }

    private static NodeKernel BatchNormalization(GraphNode node, OperatorContext context)
    {
        var scale = context.Constants.Tensor(node.Inputs[1]); // (C)
        var shift = context.Constants.Tensor(node.Inputs[2]);
        var mean = context.Constants.Tensor(node.Inputs[3]);
        var variance = context.Constants.Tensor(node.Inputs[4]);
        double epsilon = node.GetFloat("epsilon", 1e-5f);
        return inputs => Aten.Call("aten::batch_norm", inputs[0], scale, shift, mean, variance, false, 0.0, epsilon, false);
    }
}
