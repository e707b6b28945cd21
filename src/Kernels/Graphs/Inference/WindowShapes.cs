namespace Cluster.Kernels.Graphs.Inference;

/// <summary>Output shapes of convolutions and poolings.</summary>
internal static class WindowShapes
{
    public static long[] Convolution(ShapeContext context)
    {
        (long[] input, long[] weight, long groups) = Operands(context); // (N, C, spatial), (O, C/g, kernel)
        if (weight[1] * groups != input[1] || weight[0] % groups != 0)
        {
            throw Mismatch(context, input, weight, groups);
        }

        return Slide(context, input, weight[0], WindowGeometry.Of(context.Node, weight[2..], input.AsSpan(2)), ceil: false);
    }

    public static long[] TransposedConvolution(ShapeContext context)
    {
        (long[] input, long[] weight, long groups) = Operands(context); // (N, C, spatial), (C, O/g, kernel)
        if (weight[0] != input[1] || weight[0] % groups != 0)
        {
            throw Mismatch(context, input, weight, groups);
        }

        GraphNode node = context.Node;
        var window = WindowGeometry.Of(node, weight[2..], input.AsSpan(2));
        long[] extra = WindowGeometry.OutputPadding(node, window.Rank);
        long[] output = [input[0], weight[1] * groups, .. new long[window.Rank]];
        for (int i = 0; i < window.Rank; i++)
        {
            long full = (window.Strides[i] * (input[2 + i] - 1)) + window.Reach(i) + extra[i];
            output[2 + i] = node.GetInts("output_shape") is { } stated
                ? stated.Count >= window.Rank
                    ? stated[stated.Count - window.Rank + i]
                    : throw node.Error("has an output_shape with too few entries.")
                : full - window.Pads[i] - window.Pads[window.Rank + i];
        }

        return output;
    }

    public static long[] Pooling(ShapeContext context)
    {
        long[] input = context.Shape(0);
        if (input.Length < 3)
        {
            throw context.Node.Error(
                $"pools a value of shape {ShapeMath.Text(input)}; expected batch, channels and at least one spatial axis.");
        }

        return Slide(
            context, input, input[1], WindowGeometry.Of(context.Node, null, input.AsSpan(2)), context.Node.GetInt("ceil_mode", 0) != 0);
    }

    public static long[] GlobalPooling(ShapeContext context)
    {
        long[] input = context.Shape(0);
        return input.Length >= 2
            ? [input[0], input[1], .. Enumerable.Repeat(1L, input.Length - 2)]
            : throw context.Node.Error($"pools a value of shape {ShapeMath.Text(input)}; expected batch, channels and spatial axes.");
    }

    private static long[] Slide(ShapeContext context, long[] input, long channels, WindowGeometry window, bool ceil)
    {
        // SAME fixes the number of positions; rounding up again would add one.
        ceil = ceil && !context.Node.GetText("auto_pad", "NOTSET").StartsWith("SAME", StringComparison.Ordinal);
        long[] output = [input[0], channels, .. input[2..]];
        for (int i = 0; i < window.Rank; i++)
        {
            output[2 + i] = window.Positions(context.Node, i, input[2 + i], ceil);
        }

        return output;
    }

    private static (long[] Input, long[] Weight, long Groups) Operands(ShapeContext context)
    {
        long[] input = context.Shape(0);
        long[] weight = context.Shape(1);
        long groups = context.Node.GetInt("group", 1);
        return input.Length >= 3 && weight.Length == input.Length && groups is >= 1 and <= int.MaxValue
            ? (input, weight, groups)
            : throw Mismatch(context, input, weight, groups);
    }

    private static KernelException Mismatch(ShapeContext context, long[] input, long[] weight, long groups) => context.Node.Error(
        $"combines an input {ShapeMath.Text(input)} with a weight {ShapeMath.Text(weight)} in {groups} groups; their "
        + "channels or ranks do not fit.");
}
