namespace Cluster.Kernels.Graphs.Inference;

/// <summary>
/// Copies a view (offset and a stride for every axis) into a new tensor: transposing, slicing and expanding are all
/// that.
/// </summary>
internal static class StridedCopy
{
    /// <summary>The view as a new tensor.</summary>
    /// <param name="source">The tensor that is viewed.</param>
    /// <param name="shape">Shape of the result.</param>
    /// <param name="strides">Step in the source's elements for each axis of the result; 0 repeats, negative walks
    /// back.</param>
    /// <param name="offset">First element.</param>
    public static TensorData Of(TensorData source, long[] shape, long[] strides, long offset)
    {
        int size = TensorData.ElementSize(source.Type);
        ReadOnlySpan<byte> from = source.Bytes.Span;
        var bytes = new byte[ShapeMath.Count(shape)!.Value * size];
        var index = new long[shape.Length];
        for (int to = 0; to < bytes.Length; to += size)
        {
            from.Slice(checked((int)(offset * size)), size).CopyTo(bytes.AsSpan(to));
            for (int axis = shape.Length - 1; axis >= 0; axis--)
            {
                offset += strides[axis];
                if (++index[axis] < shape[axis])
                {
                    break;
                }

                offset -= strides[axis] * shape[axis];
                index[axis] = 0;
            }
        }

        return new TensorData(source.Type, shape, bytes);
    }

    /// <summary>Repeats axes of size 1 up to <paramref name="shape"/>, which the source must broadcast to.</summary>
    public static TensorData Expand(TensorData source, long[] shape)
    {
        if (source.Shape.AsSpan().SequenceEqual(shape))
        {
            return source;
        }

        var strides = new long[shape.Length];
        long[] own = ShapeMath.Strides(source.Shape);
        for (int i = 1; i <= source.Shape.Length; i++)
        {
            strides[^i] = source.Shape[^i] == 1 ? 0 : own[^i];
        }

        return Of(source, shape, strides, 0);
    }
}
