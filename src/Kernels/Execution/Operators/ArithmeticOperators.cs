using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Operators;

/// <summary>Operators of two or more tensors, element by element, with broadcasting.</summary>
internal static class ArithmeticOperators
{
    public static Dictionary<string, OperatorBuilder> All { get; } = new(StringComparer.Ordinal)
    {
        ["Add"] = (node, context) => Binary(node, context, Plus),
        ["Sub"] = (node, context) => Binary(node, context, sub),
        ["Mul"] = (node, context) => Binary(node, context, mul),
        ["Div"] = (node, context) => Binary(node, context, Divide),
        ["Pow"] = (node, context) => Binary(node, context, pow),
        ["PRelu"] = (node, context) => Binary(node, context, PRelu),
        ["Equal"] = (node, context) => Binary(node, context, eq),
        ["Greater"] = (node, context) => Binary(node, context, gt),
        ["GreaterOrEqual"] = (node, context) => Binary(node, context, ge),
        ["Less"] = (node, context) => Binary(node, context, lt),
        ["LessOrEqual"] = (node, context) => Binary(node, context, le),
        ["And"] = (node, context) => Binary(node, context, logical_and),
        ["Or"] = (node, context) => Binary(node, context, logical_or),
        ["Max"] = (node, context) => Fold(node, context, maximum, isMean: false),
        ["Min"] = (node, context) => Fold(node, context, minimum, isMean: false),
        ["Sum"] = (node, context) => Fold(node, context, Plus, isMean: false),
        ["Mean"] = (node, context) => Fold(node, context, Plus, isMean: true),
        ["Where"] = Where,
    };

    /// <summary>An operator with two inputs, one of which may be a constant.</summary>
    public static NodeKernel Binary(GraphNode node, OperatorContext context, Func<Tensor, Tensor, Tensor> compute)
    {
        var operands = new Operands(node, context.Constants);
        return inputs => compute(operands.Get(inputs, 0), operands.Get(inputs, 1));
    }

    private static Tensor Plus(Tensor left, Tensor right) => left.add(right, ScalarNumbers.One);

    // Integers, which occur in chains of sizes, are divided towards zero.
    private static Tensor Divide(Tensor left, Tensor right) => left.dtype is ScalarType.Int64 or ScalarType.Int32
        ? left.div(right, RoundingMode.trunc)
        : left.div(right);

    // libtorch's own takes one slope per channel; ONNX allows anything that broadcasts.
    private static Tensor PRelu(Tensor x, Tensor slope)
    {
        using var positive = x.relu();
        using var negative = x.clamp_max(0.AsScalar());
        using var scaled = negative.mul(slope);
        return Plus(positive, scaled);
    }

    private static NodeKernel Fold(GraphNode node, OperatorContext context, Func<Tensor, Tensor, Tensor> combine, bool isMean)
    {
        var operands = new Operands(node, context.Constants);
        return inputs =>
        {
            var total = operands.Get(inputs, 0).alias();
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
                return total.div(operands.Count.AsScalar());
            }
        };
    }

    private static NodeKernel Where(GraphNode node, OperatorContext context)
    {
        var operands = new Operands(node, context.Constants);
        return inputs => where(operands.Get(inputs, 0), operands.Get(inputs, 1), operands.Get(inputs, 2));
    }
}
