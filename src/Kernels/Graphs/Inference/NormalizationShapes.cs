namespace Cluster.Kernels.Graphs.Inference;

/// <summary>Output shapes of normalisations: the shape of the normalised input, after its constants are checked to fit.</summary>
internal static class NormalizationShapes
{
    // Scales and shifts are inputs 1 and 2, one per channel (per group up to opset 20).
    public static long[] OfChannels(ShapeContext context)
    {
        long[] input = context.Shape(0);
        if (input.Length < 2)
        {
            throw context.Node.Error($"normalises a value of shape {ShapeMath.Text(input)}; expected batch and channels.");
        }

        if (context.Node.GetInt("size", 1) % 2 == 0)
        {
            throw context.Node.Error("sums over an even number of channels, which runtimes refuse; expected an odd size.");
        }

        long groups = context.Node.GetInt("num_groups", 1);
        bool isWhole = groups >= 1 && input[1] % groups == 0;
        for (int i = 1; i < context.Node.Inputs.Count; i++)
        {
            isWhole &= context.Shape(i) is [var count] && (count == input[1] || (groups > 1 && count == groups));
        }

        return isWhole
            ? input
            : throw context.Node.Error(
                $"normalises {ShapeMath.Text(input)} with constants that have not one value a channel, or in groups that do not divide "
                + "its channels.");
    }

    public static long[] OfLayers(ShapeContext context)
    {
        long[] input = context.Shape(0);
        int axis = context.Axis(context.Node.GetInt("axis", -1), input.Length);
        long[] normal = input[axis..];
        for (int i = 1; i < context.Node.Inputs.Count; i++)
        {
            if (ShapeMath.Broadcast(context.Shape(i), normal) is not { } both || !both.AsSpan().SequenceEqual(normal))
            {
                throw context.Node.Error(
                    $"normalises {ShapeMath.Text(normal)} with a constant of shape {ShapeMath.Text(context.Shape(i))}; they do not fit.");
            }
        }

        return input;
    }
}
