namespace Cluster.Kernels.Graphs.Inference;

/// <summary>Output shapes of matrix products.</summary>
internal static class MatrixShapes
{
    public static long[] Gemm(ShapeContext context)
    {
        long[] a = Transposed(context, 0, "transA"); // (M, K)
        long[] b = Transposed(context, 1, "transB"); // (K, N)
        return a[1] == b[0] ? [a[0], b[1]] : throw Mismatch(context);
    }

    public static long[] MatMul(ShapeContext context)
    {
        long[] left = context.Shape(0);
        long[] right = context.Shape(1);
        if (left.Length == 0 || right.Length == 0)
        {
            throw Mismatch(context);
        }

        // A vector counts as a row on the left and as a column on the right; that axis is dropped again.
        long[] a = left.Length == 1 ? [1, left[0]] : left;
        long[] b = right.Length == 1 ? [right[0], 1] : right;
        long[]? batch = ShapeMath.Broadcast(a.AsSpan(..^2), b.AsSpan(..^2));
        if (batch is null || a[^1] != b[^2])
        {
            throw Mismatch(context);
        }

        return [.. batch, .. left.Length == 1 ? [] : new[] { a[^2] }, .. right.Length == 1 ? [] : new[] { b[^1] }];
    }

    private static long[] Transposed(ShapeContext context, int input, string flag)
    {
        long[] shape = context.Shape(input);
        if (shape.Length != 2)
        {
            throw Mismatch(context);
        }

        return context.Node.GetInt(flag, 0) != 0 ? [shape[1], shape[0]] : shape;
    }

    private static KernelException Mismatch(ShapeContext context) =>
        context.Node.Error(
            $"multiplies {ShapeMath.Text(context.Shape(0))} by {ShapeMath.Text(context.Shape(1))}; the inner "
            + "sizes or the ranks do not fit.");
}
