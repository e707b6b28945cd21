namespace Cluster.Kernels.Graphs.Inference;

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

    /// <summary>numpy's broadcasting, or null if the shapes do not fit.</summary>
    public static long[]? Broadcast(ReadOnlySpan<long> left, ReadOnlySpan<long> right)
    {
        var result = new long[Math.Max(left.Length, right.Length)];
        for (int i = 1; i <= result.Length; i++)
        {
            long a = i <= left.Length ? left[^i] : 1;
            long b = i <= right.Length ? right[^i] : 1;
            if (a != b && a != 1 && b != 1)
            {
                return null;
            }

            result[^i] = a == 1 ? b : a;
        }

        return result;
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

    public static string Text(IEnumerable<long> shape) => $"[{string.Join(',', shape)}]";
}
