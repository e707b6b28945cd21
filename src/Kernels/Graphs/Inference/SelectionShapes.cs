namespace Cluster.Kernels.Graphs.Inference;

/// <summary>Output shapes of operators that pick or repeat elements.</summary>
internal static class SelectionShapes
{
    public static long[] Gather(ShapeContext context)
    {
        long[] data = context.Shape(0);
        int axis = context.Axis(context.Node.GetInt("axis", 0), data.Length);
        if (context.Value(1)?.Integers() is { } picked
            && Array.Exists(picked, index => ShapeMath.Axis(index, (int)Math.Min(data[axis], int.MaxValue)) is null))
        {
            throw context.Node.Error($"picks an element that an axis of {data[axis]} does not have.");
        }

        return [.. data[..axis], .. context.Shape(1), .. data[(axis + 1)..]];
    }

    public static long[] GatherElements(ShapeContext context) => context.Shape(1);

    public static long[] Expand(ShapeContext context) => ShapeMath.Broadcast(context.Shape(0), context.Integers(1))
        ?? throw context.Node.Error(
            $"expands {ShapeMath.Text(context.Shape(0))} to {ShapeMath.Text(context.Integers(1)!)}, which it cannot be broadcast to.");

    public static long[] Tile(ShapeContext context)
    {
        long[] input = context.Shape(0);
        long[] repeats = context.Integers(1) ?? [];
        return repeats.Length == input.Length && Array.TrueForAll(repeats, count => count is >= 0 and <= int.MaxValue)
            ? [.. input.Zip(repeats, (size, count) => size * count)]
            : throw context.Node.Error($"repeats {ShapeMath.Text(input)} by {ShapeMath.Text(repeats)}; expected one number an axis.");
    }

    public static long[] Blocks(ShapeContext context)
    {
        long[] input = context.Shape(0);
        long block = context.Node.GetInt("blocksize", 0);
        bool toSpace = context.Node.OpType == "DepthToSpace";
        bool fits = input.Length == 4 && block is >= 1 and <= short.MaxValue
            && (toSpace ? input[1] % (block * block) == 0 : input[2] % block == 0 && input[3] % block == 0);
        if (!fits)
        {
            throw context.Node.Error($"exchanges blocks of {block} in {ShapeMath.Text(input)}, which they do not divide.");
        }

        return toSpace
            ? [input[0], input[1] / (block * block), input[2] * block, input[3] * block]
            : [input[0], input[1] * block * block, input[2] / block, input[3] / block];
    }

    public static long[] Range(ShapeContext context)
    {
        if (context.Value(0)?.Type == ElementType.Float)
        {
            return [Count(Single(context, 0), Single(context, 1), Single(context, 2))];
        }

        if (context.Integers(0) is not [var start] || context.Integers(1) is not [var end] || context.Integers(2) is not [var step]
            || step == 0)
        {
            throw context.Node.Error("counts by something other than three integers, or by steps of 0.");
        }

        return [Math.Max(0, (end - start + step - Math.Sign(step)) / step)];

        // As ONNX Runtime does: the difference in float32, the quotient in double.
        long Count(float start, float end, float step) => step != 0
            && Math.Ceiling((end - start) / (double)step) is <= int.MaxValue and var steps
            ? Math.Max(0, (long)steps)
            : throw context.Node.Error($"counts from {start} to {end} by steps of {step}, which has no end here.");

        static float Single(ShapeContext context, int input) => context.Value(input) is { Type: ElementType.Float, Count: 1 } number
            ? number.As<float>()[0]
            : throw context.Node.Error($"takes its input {input} ('{context.Node.Input(input)}') from a computation; it must be one "
                + "constant.");
    }

    /// <summary>A computed shape.</summary>
    public static long[] Stated(ShapeContext context) => context.Integers(0) ?? throw context.Node.Error("states no shape.");
}
