namespace Cluster.Kernels.Graphs.Inference;

/// <summary>Evaluates operators that move the elements of constants.</summary>
internal static class ConstantLayout
{
    public static TensorData Transpose(GraphNode node, TensorData input)
    {
        long[] strides = ShapeMath.Strides(input.Shape);
        IReadOnlyList<long> permutation = LayoutShapes.Permutation(node, input.Shape.Length);
        return StridedCopy.Of(input, [.. permutation.Select(axis => input.Shape[axis])], [.. permutation.Select(axis => strides[axis])], 0);
    }

    public static TensorData Slice(ShapeContext context, TensorData input)
    {
        long[] shape = [.. input.Shape];
        long[] strides = ShapeMath.Strides(input.Shape);
        long offset = 0;
        foreach ((int axis, long start, long count, long step) in LayoutShapes.Slices(context))
        {
            offset += start * strides[axis];
            strides[axis] *= step;
            shape[axis] = count;
        }

        return StridedCopy.Of(input, shape, strides, offset);
    }

    public static TensorData Concat(ShapeContext context, TensorData?[] inputs)
    {
        long[] shape = LayoutShapes.Concat(context);
        int axis = context.Axis(context.Node.GetInt("axis", 0), shape.Length);
        TensorData first = inputs[0]!;
        if (Array.Exists(inputs, input => input!.Type != first.Type))
        {
            throw context.Node.Error("joins tensors of different element types.");
        }

        int size = TensorData.ElementSize(first.Type);
        using var bytes = new MemoryStream();
        long outer = ShapeMath.Count(shape.AsSpan(..axis))!.Value;
        for (long i = 0; i < outer; i++)
        {
            foreach (TensorData? input in inputs)
            {
                int block = (int)(ShapeMath.Count(input!.Shape.AsSpan(axis..))!.Value * size);
                bytes.Write(input.Bytes.Span.Slice((int)(i * block), block));
            }
        }

        return new TensorData(first.Type, shape, bytes.ToArray());
    }

    public static TensorData Gather(ShapeContext context, TensorData data, TensorData indices)
    {
        int axis = context.Axis(context.Node.GetInt("axis", 0), data.Shape.Length);
        long[] positions = indices.Integers() ?? throw context.Node.Error($"has indices of type {indices.Type}; expected integers.");
        int block = (int)(ShapeMath.Count(data.Shape.AsSpan(axis + 1))!.Value * TensorData.ElementSize(data.Type));
        using var bytes = new MemoryStream();
        long outer = ShapeMath.Count(data.Shape.AsSpan(..axis))!.Value;
        for (long i = 0; i < outer; i++)
        {
            foreach (long position in positions)
            {
                int index = ShapeMath.Axis(position, (int)data.Shape[axis])
                    ?? throw context.Node.Error($"picks the element {position} of an axis of {data.Shape[axis]}.");
                bytes.Write(data.Bytes.Span.Slice((int)((i * data.Shape[axis]) + index) * block, block));
            }
        }

        return new TensorData(data.Type, [.. data.Shape[..axis], .. indices.Shape, .. data.Shape[(axis + 1)..]], bytes.ToArray());
    }

    public static TensorData WithShape(TensorData input, long[] shape) => new(input.Type, shape, input.Bytes.ToArray());
}
