using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Operators;

/// <summary>Computes sizes from sizes, when a free batch size keeps them from being constants, and converts types.</summary>
internal static class SizeOperators
{
    public static Dictionary<string, OperatorBuilder> All { get; } = new(StringComparer.Ordinal)
    {
        ["Cast"] = Cast,
        ["ConstantOfShape"] = ConstantOfShape,
        ["Range"] = Range,
        ["Shape"] = Shape,
    };

    private static NodeKernel Shape(GraphNode node, OperatorContext context) => inputs =>
    {
        var shape = ShapeMath.Part(node, inputs[0].shape);
        return context.Constants.Device.Take(TensorFactory.FromTensorData(shape));
    };

    private static NodeKernel Cast(GraphNode node, OperatorContext context)
    {
        var type = TensorFactory.TypeOf((ElementType)node.GetInt("to", 0));
        return inputs => inputs[0].to(type, copy: true); // a copy, even if the type is the same
    }

    private static NodeKernel ConstantOfShape(GraphNode node, OperatorContext context)
    {
        var value = node.Attributes.GetValueOrDefault("value")?.Tensor ?? TensorData.FromFloats([1], [0f]);
        var operands = new Operands(node, context.Constants);
        return inputs =>
        {
            using var one = context.Constants.Device.Take(TensorFactory.FromTensorData(value));
            using var scalar = one.reshape([]);
            using var repeated = scalar.expand(operands.Integers(inputs, 0)!);
            return repeated.contiguous();
        };
    }

    private static NodeKernel Range(GraphNode node, OperatorContext context)
    {
        var operands = new Operands(node, context.Constants);
        return inputs =>
        {
            (long start, long end, long step) =
                (operands.Integers(inputs, 0)![0], operands.Integers(inputs, 1)![0], operands.Integers(inputs, 2)![0]);
            long count = Math.Max(0, (end - start + step - Math.Sign(step)) / step);
            long[] values = [.. Enumerable.Range(0, (int)count).Select(i => start + (i * step))];
            return context.Constants.Device.Take(TensorFactory.FromInt64(values, [count]));
        };
    }
}
