namespace Cluster.Kernels.Graphs.Inference;

/// <summary>Output shapes of operators that move elements without computing on them.</summary>
internal static class LayoutShapes
{
    public static long[] Reshape(ShapeContext context)
    {
        long[] input = context.Shape(0);
        long[] target = context.Integers(1) ?? throw context.Node.Error("has no target shape.");
        bool zeroCopies = context.Node.GetInt("allowzero", 0) == 0;
        var output = new long[target.Length];
        int free = -1;
        for (int i = 0; i < target.Length; i++)
        {
            output[i] = target[i] == 0 && zeroCopies && i < input.Length ? input[i] : target[i];
            if (target[i] == -1)
            {
                output[i] = 1;
                free = free < 0 ? i : throw context.Node.Error($"has the target {ShapeMath.Text(target)}; only one -1 is possible.");
            }
        }

        long? count = ShapeMath.Count(input);
        long? rest = ShapeMath.Count(output);
        if (free >= 0 && count is { } all && rest is > 0 and var known && all % known == 0)
        {
            output[free] = all / known;
            rest = count;
        }

        return count is not null && count == rest
            ? output
            : throw context.Node.Error($"turns {ShapeMath.Text(input)} into {ShapeMath.Text(target)}; the numbers of elements differ.");
    }

    public static long[] Flatten(ShapeContext context)
    {
        long[] input = context.Shape(0);
        long axis = context.Node.GetInt("axis", 1);
        axis = axis < 0 ? axis + input.Length : axis;
        if (axis < 0 || axis > input.Length)
        {
            throw context.Node.Error($"flattens {ShapeMath.Text(input)} at axis {context.Node.GetInt("axis", 1)}, which it does not have.");
        }

        return [ShapeMath.Count(input.AsSpan(..(int)axis)) ?? 0, ShapeMath.Count(input.AsSpan((int)axis..)) ?? 0];
    }

    public static long[] Transpose(ShapeContext context)
    {
        long[] input = context.Shape(0);
        IReadOnlyList<long> permutation = Permutation(context.Node, input.Length);
        return [.. permutation.Select(axis => input[axis])];
    }

    /// <summary>The permutation, by default the reversal.</summary>
    public static IReadOnlyList<long> Permutation(GraphNode node, int rank)
    {
        IReadOnlyList<long> permutation = node.GetInts("perm") ?? [.. Enumerable.Range(0, rank).Select(i => (long)(rank - 1 - i))];
        return permutation.Count == rank && permutation.Order().SequenceEqual(Enumerable.Range(0, rank).Select(i => (long)i))
            ? permutation
            : throw node.Error($"permutes {rank} axes by {ShapeMath.Text(permutation)}; expected each axis once.");
    }

    public static long[] Squeeze(ShapeContext context)
    {
        long[] input = context.Shape(0);
        int[] axes = context.Axes(1, input.Length) ?? [.. Enumerable.Range(0, input.Length).Where(i => input[i] == 1)];
        return Array.TrueForAll(axes, axis => input[axis] == 1)
            ? [.. input.Where((_, i) => !axes.Contains(i))]
            : throw context.Node.Error(
                $"removes the axes {ShapeMath.Text(axes.Select(axis => (long)axis))} of {ShapeMath.Text(input)}; only axes of "
                + "size 1 can be removed.");
    }

    public static long[] Unsqueeze(ShapeContext context)
    {
        long[] input = context.Shape(0);
        int count = context.Integers(1)?.Length ?? context.Node.GetInts("axes")?.Count ?? throw context.Node.Error("states no axes.");
        int[] axes = context.Axes(1, input.Length + count)!;
        if (axes.Length != count)
        {
            throw context.Node.Error("names an axis twice.");
        }

        var rest = new Queue<long>(input);
        return [.. Enumerable.Range(0, input.Length + count).Select(i => axes.Contains(i) ? 1 : rest.Dequeue())];
    }

    public static long[] Concat(ShapeContext context)
    {
        long[] output = [.. context.Shape(0)];
        int axis = context.Axis(context.Node.GetInt("axis", 0), output.Length);
        for (int i = 1; i < context.Node.Inputs.Count; i++)
        {
            long[] next = context.Shape(i);
            if (next.Length != output.Length || next.Where((size, d) => d != axis && size != output[d]).Any())
            {
                throw context.Node.Error(
                    $"joins {ShapeMath.Text(context.Shape(0))} and {ShapeMath.Text(next)} on axis {axis}; all other sizes must agree.");
            }

            output[axis] += next[axis];
        }

        return output;
    }

    /// <summary>One shape per output: as stated, or as equal as possible with the last one smaller.</summary>
    public static IReadOnlyList<long[]> Split(ShapeContext context)
    {
        GraphNode node = context.Node;
        long[] input = context.Shape(0);
        int axis = context.Axis(node.GetInt("axis", 0), input.Length);
        int count = node.Outputs.Count;
        long[] sizes = context.Integers(1) ?? node.GetInts("split")?.ToArray() ?? Parts(input[axis], count);
        return sizes.Length == count && sizes.Sum() == input[axis] && Array.TrueForAll(sizes, size => size > 0)
            ? [.. sizes.Select(size => (long[])[.. input[..axis], size, .. input[(axis + 1)..]])]
            : throw node.Error(
                $"splits {ShapeMath.Text(input)} on axis {axis} into {ShapeMath.Text(sizes)}; expected {count} parts of it.");
    }

    private static long[] Parts(long size, int count)
    {
        long part = (size + count - 1) / count;
        return [.. Enumerable.Range(0, count).Select(i => Math.Max(0, Math.Min(part, size - (i * part))))];
    }

    public static long[] Slice(ShapeContext context)
    {
        long[] output = [.. context.Shape(0)];
        foreach ((int axis, _, long count, _) in Slices(context))
        {
            output[axis] = count;
        }

        return output;
    }

    /// <summary>The range that a Slice takes of each axis it names.</summary>
    public static List<(int Axis, long Start, long Count, long Step)> Slices(ShapeContext context)
    {
        long[] input = context.Shape(0);
        long[] starts = context.Integers(1) ?? throw context.Node.Error("states no starts.");
        long[] ends = context.Integers(2) ?? throw context.Node.Error("states no ends.");
        long[] axes = context.Integers(3) ?? [.. Enumerable.Range(0, starts.Length).Select(i => (long)i)];
        long[] steps = context.Integers(4) ?? [.. Enumerable.Repeat(1L, starts.Length)];
        if (ends.Length != starts.Length || axes.Length != starts.Length || steps.Length != starts.Length || steps.Contains(0))
        {
            throw context.Node.Error("has starts, ends, axes and steps of different lengths, or a step of 0.");
        }

        var slices = new List<(int, long, long, long)>();
        for (int i = 0; i < starts.Length; i++)
        {
            int axis = context.Axis(axes[i], input.Length);
            (long start, long count, long step) = ShapeMath.Slice(starts[i], ends[i], steps[i], input[axis]);
            slices.Add((axis, start, count, step));
        }

        return slices;
    }

    public static long[] Pad(ShapeContext context)
    {
        long[] input = context.Shape(0);
        long[] pads = Pads(context.Node, context.Integers(1), context.Integers(3), input.Length);
        return [.. input.Select((size, i) => size + pads[i] + pads[input.Length + i])];
    }

    /// <summary>Amounts for every axis, all begins and then all ends, even if the node names only some axes (opset 18).</summary>
    public static long[] Pads(GraphNode node, long[]? pads, long[]? axes, int rank)
    {
        long[] named = axes ?? [.. Enumerable.Range(0, rank).Select(i => (long)i)];
        if (pads?.Length != 2 * named.Length || Array.Exists(pads, amount => Math.Clamp(amount, -int.MaxValue, int.MaxValue) != amount))
        {
            throw node.Error(
                $"pads a value of rank {rank} by {(pads is null ? "nothing" : ShapeMath.Text(pads))}; expected two amounts for each axis.");
        }

        var full = new long[2 * rank];
        for (int i = 0; i < named.Length; i++)
        {
            int axis = ShapeMath.Axis(named[i], rank)
                ?? throw node.Error($"pads the axis {named[i]}, which a value of rank {rank} does not have.");
            full[axis] = pads[i];
            full[rank + axis] = pads[named.Length + i];
        }

        return full;
    }
}
