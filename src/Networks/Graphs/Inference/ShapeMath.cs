namespace Cluster.Networks.Graphs.Inference;

/// <summary>Arithmetic on shapes. Sizes come from files, so nothing here may overflow silently.</summary>
internal static class ShapeMath
{
    /// <summary>
    /// Product of the dimensions, or null above <see cref="GraphLimits.MostElements"/> or with a negative dimension.
    /// </summary>
    public static long? Count(ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (long dimension in shape)
        {
            if (dimension < 0 || (dimension > 0 && count > GraphLimits.MostElements / dimension))
            {
                return null;
            }

            count *= dimension;
        }

        return count;
    }

    /// <summary>Converts an axis that may count from the end to an index; null outside the rank.</summary>
    public static int? Axis(long axis, int rank)
    {
        long index = axis < 0 ? axis + rank : axis;
        return index >= 0 && index < rank ? (int)index : null;
    }

    /// <summary>
    /// First index and number of elements that a slice takes of a dimension, with ONNX's clamping of far ends.
    /// </summary>
    public static (long Start, long Count, long Step) Slice(long start, long end, long step, long dimension)
    {
        // Dimensions are below 2^31, so numbers beyond these bounds mean the same as the bounds, and sums cannot overflow.
        step = Math.Clamp(step, -int.MaxValue, int.MaxValue);
        start = Math.Clamp(start, -(long)int.MaxValue - 1, int.MaxValue);
        end = Math.Clamp(end, -(long)int.MaxValue - 1, int.MaxValue);
        start = start < 0 ? start + dimension : start;
        end = end < 0 ? end + dimension : end;
        if (step > 0)
        {
            start = Math.Clamp(start, 0, dimension);
            end = Math.Clamp(end, 0, dimension);
            return (start, Math.Max(0, (end - start + step - 1) / step), step);
        }

        start = Math.Clamp(start, 0, Math.Max(0, dimension - 1));
        end = Math.Clamp(end, -1, dimension - 1);
        return (start, dimension == 0 ? 0 : Math.Max(0, (start - end - step - 1) / -step), step);
    }

    /// <summary>The value of a Shape node, with the start and end of opset 15.</summary>
    public static TensorData Part(GraphNode node, long[] shape)
    {
        (long start, long count, _) = Slice(node.GetInt("start", 0), node.GetInt("end", long.MaxValue), 1, shape.Length);
        return TensorData.FromInt64([count], shape.AsSpan((int)start, (int)count));
    }

    /// <summary>Amounts of a Pad for every axis, all begins and then all ends, even if it names only some axes (opset 18).</summary>
    public static long[] Pads(GraphNode node, long[] pads, long[]? axes, int rank)
    {
        long[] named = axes ?? [.. Enumerable.Range(0, rank).Select(i => (long)i)];
        if (pads.Length != 2 * named.Length || Array.Exists(pads, amount => Math.Clamp(amount, -int.MaxValue, int.MaxValue) != amount))
        {
            throw node.Error($"pads a value of rank {rank} by {Text(pads)}; expected two amounts for each axis.");
        }

        var full = new long[2 * rank];
        for (int i = 0; i < named.Length; i++)
        {
            int axis = Axis(named[i], rank) ?? throw node.Error($"pads the axis {named[i]}, which a value of rank {rank} does not have.");
            full[axis] = pads[i];
            full[rank + axis] = pads[named.Length + i];
        }

        return full;
    }

    public static string Text(IEnumerable<long> shape) => $"[{string.Join(',', shape)}]";
}
