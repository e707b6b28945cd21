namespace Cluster.Kernels.Graphs.Inference;

/// <summary>
/// Computes nodes whose inputs are constants: what exporters use to compute shapes, and rearrangements of weights.
/// </summary>
internal static class ConstantEvaluator
{
    /// <summary>
    /// The node's value; null if the operator is not supported here, or the result would have more than
    /// <paramref name="limit"/> elements.
    /// </summary>
    /// <param name="inputs">The node's inputs in order, null where one is absent.</param>
    public static TensorData? TryEvaluate(GraphNode node, TensorData?[] inputs, long limit)
    {
        if (node.Outputs.Count != 1 || inputs.Length == 0 || inputs[0] is not { } first)
        {
            return null;
        }

        ShapeContext context = ContextOf(node, inputs);
        return node.OpType switch
        {
            "Identity" => first,
            "Cast" => ConstantArithmetic.Cast(first, (ElementType)node.GetInt("to", 0)),
            "Reshape" => ConstantLayout.WithShape(first, LayoutShapes.Reshape(context)),
            "Flatten" => ConstantLayout.WithShape(first, LayoutShapes.Flatten(context)),
            "Squeeze" => ConstantLayout.WithShape(first, LayoutShapes.Squeeze(context)),
            "Unsqueeze" => ConstantLayout.WithShape(first, LayoutShapes.Unsqueeze(context)),
            "Transpose" => ConstantLayout.Transpose(node, first),
            "Slice" => ConstantLayout.Slice(context, first),
            "Concat" when !inputs.Contains(null) && Fits(LayoutShapes.Concat(context), limit) => ConstantLayout.Concat(context, inputs),
            "Gather" when inputs is [_, { } indices] && Fits([first.Count, indices.Count], limit) =>
                ConstantLayout.Gather(context, first, indices),
            "ConstantOfShape" => Fill(node, first, limit),
            "Expand" when inputs is [_, { }] => Expand(context, first, limit),
            "Neg" or "Sqrt" or "Floor" or "Ceil" => ConstantArithmetic.Unary(node.OpType, first),
            "Add" or "Sub" or "Mul" or "Div" or "Min" or "Max" or "Equal"
                when inputs is [_, { } second] && context.Broadcast(0, 1) is var shape && Fits(shape, limit) =>
                ConstantArithmetic.Binary(node.OpType, first, second, shape),
            "Where" when inputs is [_, { } left, { } right]
                && ShapeMath.Broadcast(context.Broadcast(0, 1), right.Shape) is { } shape && Fits(shape, limit) =>
                ConstantArithmetic.Where(first, left, right, shape),
            _ => null,
        };
    }

    /// <summary>The value of a Shape node, with the start and end of opset 15.</summary>
    public static TensorData Shape(GraphNode node, long[] shape)
    {
        (long start, long count, _) = ShapeMath.Slice(node.GetInt("start", 0), node.GetInt("end", long.MaxValue), 1, shape.Length);
        return TensorData.FromInt64([count], shape.AsSpan((int)start, (int)count));
    }

    private static bool Fits(long[] shape, long limit) => ShapeMath.Count(shape) <= limit;

    private static TensorData? Fill(GraphNode node, TensorData shape, long limit)
    {
        if (shape.Integers() is not { } sizes || !Fits(sizes, limit))
        {
            return null;
        }

        TensorData value = node.Attributes.GetValueOrDefault("value")?.Tensor ?? TensorData.FromFloats([1], [0f]);
        return value.Count == 1
            ? StridedCopy.Of(value, sizes, new long[sizes.Length], 0)
            : throw node.Error($"fills with a value of {value.Count} elements; expected one.");
    }

    private static TensorData? Expand(ShapeContext context, TensorData input, long limit)
    {
        long[]? shape = ShapeMath.Broadcast(input.Shape, context.Integers(1));
        return shape is not null && Fits(shape, limit) ? StridedCopy.Expand(input, shape) : null;
    }

    private static ShapeContext ContextOf(GraphNode node, TensorData?[] inputs)
    {
        var byName = new Dictionary<string, TensorData>(StringComparer.Ordinal);
        var shapes = new Dictionary<string, long[]>(StringComparer.Ordinal);
        for (int i = 0; i < inputs.Length; i++)
        {
            if (inputs[i] is { } tensor)
            {
                byName[node.Inputs[i]] = tensor;
                shapes[node.Inputs[i]] = tensor.Shape;
            }
        }

        return new ShapeContext(node, shapes, name => byName.GetValueOrDefault(name));
    }
}
