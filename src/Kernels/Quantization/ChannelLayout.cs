namespace Cluster.Kernels.Quantization;

/// <summary>
/// A row-major tensor seen as (Outer, Channels, Inner) around one axis: element (o, c, i) is at (o * Channels + c) * Inner + i.
/// </summary>
internal readonly record struct ChannelLayout(int Outer, int Channels, int Inner)
{
    public static ChannelLayout Of(int count, ReadOnlySpan<long> shape, int axis)
    {
        int channelAxis = axis < 0 ? axis + shape.Length : axis;
        if (channelAxis < 0 || channelAxis >= shape.Length)
        {
            throw new KernelException(
                $"Axis {axis} does not exist in a weight of shape [{string.Join(',', shape.ToArray())}]; it must be below {shape.Length}.");
        }

        long outer = 1;
        long inner = 1;
        for (int i = 0; i < shape.Length; i++)
        {
            outer *= i < channelAxis ? shape[i] : 1;
            inner *= i > channelAxis ? shape[i] : 1;
        }

        if (outer * shape[channelAxis] * inner != count)
        {
            throw new KernelException(
                $"A weight of shape [{string.Join(',', shape.ToArray())}] was given with {count} elements; shape and data must agree.");
        }

        return new ChannelLayout((int)outer, (int)shape[channelAxis], (int)inner);
    }

    public int Offset(int outer, int channel) => ((outer * Channels) + channel) * Inner;
}
