namespace Cluster.Kernels.Quantization;

/// <summary>
/// A row-major tensor seen as (Outer, Channels, Inner) around one axis: element (o, c, i) is at (o * Channels + c) * Inner + i.
/// </summary>
internal readonly record struct ChannelLayout(int Outer, int Channels, int Inner)
{
    /// <param name="axis">Of the channels; null where the whole tensor is one channel.</param>
    public static ChannelLayout Of(int count, ReadOnlySpan<long> shape, int? axis)
    {
        if (axis is null)
        {
            return new ChannelLayout(1, 1, count);
        }

        int channelAxis = axis.Value < 0 ? axis.Value + shape.Length : axis.Value;
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

    /// <summary>The runs of <see cref="Inner"/> neighbouring elements that belong to one channel, in the tensor's order.</summary>
    public ChannelRuns GetEnumerator() => new(this);

    /// <summary>The elements of one channel, in the tensor's order.</summary>
    public T[] Gather<T>(ReadOnlySpan<T> tensor, int channel)
    {
        var elements = new T[Outer * Inner];
        for (int outer = 0; outer < Outer; outer++)
        {
            tensor.Slice(((outer * Channels) + channel) * Inner, Inner).CopyTo(elements.AsSpan(outer * Inner));
        }

        return elements;
    }

    /// <summary>Subtracts a number of its own from each channel.</summary>
    public void Subtract(Span<int> tensor, ReadOnlySpan<int> numbers)
    {
        foreach (var (channel, start) in this)
        {
            foreach (ref int element in tensor.Slice(start, Inner))
            {
                element -= numbers[channel];
            }
        }
    }

    /// <summary>The smallest and the largest code of each channel, 0 among them.</summary>
    public (int Low, int High)[] Ranges(ReadOnlySpan<sbyte> codes)
    {
        var ranges = new (int Low, int High)[Channels];
        foreach (var (channel, start) in this)
        {
            ref var range = ref ranges[channel];
            foreach (sbyte code in codes.Slice(start, Inner))
            {
                range = (Math.Min(range.Low, code), Math.Max(range.High, code));
            }
        }

        return ranges;
    }
}

/// <summary>Walks the runs of a <see cref="ChannelLayout"/>, without allocating.</summary>
internal struct ChannelRuns(ChannelLayout layout)
{
    private int _channel = -1;
    private int _start = -layout.Inner;

    public readonly (int Channel, int Start) Current => (_channel, _start);

    public bool MoveNext()
    {
        _channel = _channel + 1 < layout.Channels ? _channel + 1 : 0;
        _start += layout.Inner;
        return _start < layout.Outer * layout.Channels * layout.Inner;
    }
}
