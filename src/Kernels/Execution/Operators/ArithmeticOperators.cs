using Cluster.Kernels.Graphs;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Operators;

/// <summary>Operators of two or more tensors, element by element, with broadcasting.</summary>
internal static class ArithmeticOperators
{
    public static Dictionary<string, OperatorBuilder> All { get; } = new(StringComparer.Ordinal)
    {
        ["Add"] = (node, context) => Binary(node, context, TensorOps.Add),
        ["Sub"] = (node, context) => Binary(node, context, TensorOps.Sub),
        ["Mul"] = (node, context) => Binary(node, context, TensorOps.Mul),
        ["Div"] = (node, context) => Binary(node, context, Divide),
        ["Pow"] = (node, context) => Binary(node, context, Named("aten::pow.Tensor_Tensor")),
        ["PRelu"] = (node, context) => Binary(node, context, PRelu),
        ["Equal"] = (node, context) => Binary(node, context, Named("aten::eq.Tensor")),
        ["Greater"] = (node, context) => Binary(node, context, Named("aten::gt.Tensor")),
        ["GreaterOrEqual"] = (node, context) => Binary(node, context, Named("aten::ge.Tensor")),
        ["Less"] = (node, context) => Binary(node, context, Named("aten::lt.Tensor")),
        ["LessOrEqual"] = (node, context) => Binary(node, context, Named("aten::le.Tensor")),
        ["And"] = (node, context) => Binary(node, context, Named("aten::logical_and")),
        ["Or"] = (node, context) => Binary(node, context, Named("aten::logical_or")),
        ["Max"] = (node, context) => Fold(node, context, Named("aten::maximum"), isMean: false),
        ["Min"] = (node, context) => Fold(node, context, Named("aten::minimum"), isMean: false),
        ["Sum"] = (node, context) => Fold(node, context, TensorOps.Add, isMean: false),
        ["Mean"] = (node, context) => Fold(node, context, TensorOps.Add, isMean: true),
        ["Where"] = Where,
    };

    /// <summary>An operator with two inputs, one of which may be a constant.</summary>
    public static NodeKernel Binary(GraphNode node, OperatorContext context, Func<Tensor, Tensor, Tensor> compute)
    {
        var operands = new Operands(node, context.Constants);
        return inputs => compute(operands.Get(inputs, 0), operands.Get(inputs, 1));
    }

    private static Func<Tensor, Tensor, Tensor> Named(string op) => (left, right) => Aten.Call(op, left, right);

    // Integers, which chains of sizes have, are divided towards zero.
    private static Tensor Divide(Tensor left, Tensor right) => left.dtype is ScalarType.Int64 or ScalarType.Int32
        ? Aten.Call("aten::div.Tensor_mode", left, right, "trunc")
        : TensorOps.Div(left, right);

    // libtorch's own takes one slope a channel, ONNX whatever broadcasts.
    private static Tensor PRelu(Tensor x, Tensor slope)
    {
        using var positive = TensorOps.Relu(x);
        using var negative = Aten.Call("aten::clamp_max", x, 0.0);
        using var scaled = TensorOps.Mul(negative, slope);
        return TensorOps.Add(positive, scaled);
    }

    private static NodeKernel Fold(GraphNode node, OperatorContext context, Func<Tensor, Tensor, Tensor> combine, bool isMean)
    {
        var operands = new Operands(node, context.Constants);
        return inputs =>
        {
            var total = Aten.Call("aten::alias", operands.Get(inputs, 0));
            for (int i = 1; i < operands.Count; i++)
            {
                using var before = total;
                total = combine(before, operands.Get(inputs, i));
            }

            if (!isMean)
            {
                return total;
            }

            using (total)
            {
                return Aten.Call("aten::div.Scalar", total, operands.Count);
            }
        };
    }

    private static NodeKernel Where(GraphNode node, OperatorContext context)
    {
        var operands = new Operands(node, context.Constants);
        return inputs => Aten.Call("aten::where.self", operands.Get(inputs, 0), operands.Get(inputs, 1), operands.Get(inputs, 2));
    }
}
