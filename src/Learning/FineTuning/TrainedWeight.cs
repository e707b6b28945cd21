using static TorchSharp.torch;

namespace Cluster.Learning.FineTuning;

/// <summary>
/// The weight of one quantized node during training: real numbers, rounded in every forward pass with one scale per output channel, or one
/// for all.
/// </summary>
internal sealed class TrainedWeight
{
    private readonly QuantizedWeights _start;
    private readonly CodeRange _range;
    private readonly double _gradientScale;
    private readonly double _scaleRate;
    private readonly Tensor _latent;
    private readonly Tensor _scales; // (channels), or (1)
    private readonly Tensor _low; // e.g. (channels, 1, 1, 1)
    private readonly Tensor _high;
    private readonly long[] _along;
    private readonly ScaleBounds _bounds;
    private readonly ComputeDevice _device;
    private readonly PairedCodes? _pairs;

    /// <param name="float32">The network's weight, in its own order.</param>
    /// <param name="learned">Whether the codes were learned rather than rounded to nearest.</param>
    /// <param name="pairs">Neighbours that must not saturate, if there are any.</param>
    /// <param name="scaleShare">Learning rate of scales relative to their mean, or null for the training's own rate.</param>
    public TrainedWeight(
        GraphNode node,
        ReadOnlySpan<float> float32,
        QuantizedWeights start,
        bool learned,
        double? scaleShare,
        ComputeDevice device,
        PairedCodes? pairs)
    {
        _pairs = pairs;
        Node = node;
        _device = device;
        _start = start;
        _range = CodeRange.Of(start);
        _scaleRate = scaleShare * start.Scales.Average() ?? 1;
        _along = [.. start.Shape.Select((_, axis) => axis == start.Axis ? -1L : 1L)];
        _latent = device.Floats(LatentWeights.Of(float32, start, _range, learned), start.Shape).requires_grad_();
        float[] scales = start.StoredScales.As<float>().ToArray();
        _bounds = new ScaleBounds(scales, [scales.Length], device);
        _scales = device.Floats(scales, [scales.Length]).requires_grad_();
        _low = Along(_range.Low);
        _high = Along(_range.High);
        _gradientScale = 1 / Math.Sqrt((double)float32.Length / scales.Length * ((1 << (start.Bits - 1)) - 1));
    }

    public GraphNode Node { get; }

    public IEnumerable<TrainedParameter> Parameters =>
    [
        new($"weight/{Node.Name}", _latent, Decays: true),
        new($"weight-step/{Node.Name}", _scales, Decays: false, _scaleRate, IsRange: true),
    ];

    /// <summary>The rounded weight, with gradients to the real one and to the scales.</summary>
    public Tensor Quantized()
    {
        using var scales = _scales.reshape(_along);
        return LsqQuantizer.ApplyPerChannel(_latent, scales, _low, _high, _gradientScale);
    }

    /// <summary>Real value of one code step, one per output channel, without gradient. The caller's dispose scope owns it.</summary>
    public Tensor Scales() => _scales.detach().expand(_start.Scales.Length);

    /// <summary>
    /// Keeps learned scales within <see cref="ScaleBounds"/>, and neighbours that must not saturate within their joint limit, by projection
    /// to the nearest such weights (projected gradient descent).
    /// </summary>
    public void Restrain()
    {
        _bounds.Clamp(_scales);
        if (_pairs is not { } pairs)
        {
            return;
        }

        float[] latent = TensorFactory.ToFloats(_latent);
        if (PairSafeWeights.Project(latent, pairs, EachScale()))
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            _latent.copy_(_device.Floats(latent, _start.Shape));
        }
    }

    public LearnedWeights Finish()
    {
        float[] scales = EachScale();
        sbyte[] codes = WeightQuantizer.Quantize(
            TensorFactory.ToFloats(_latent), _start.Shape, _start.Axis, scales, _range.Low, _range.High);
        return new LearnedWeights(_pairs is { } pairs ? PairSafeWeights.Clip(codes, pairs) : codes, scales);
    }

    private float[] EachScale() => TensorFactory.ToFloats(_scales) is { Length: 1 } one
        ? [.. Enumerable.Repeat(one[0], _start.Scales.Length)]
        : TensorFactory.ToFloats(_scales);

    private Tensor Along(int[] codes)
    {
        using var flat = _device.Floats([.. codes.Select(code => (float)code)], [codes.Length]);
        return flat.reshape(_along);
    }
}

/// <summary>The allowed codes of each output channel of a weight.</summary>
/// <param name="Low">Smallest code, one per channel.</param>
/// <param name="High">Largest code, one per channel.</param>
internal sealed record CodeRange(int[] Low, int[] High)
{
    private const int EightBits = 8;

    /// <summary>
    /// -127 to 127 with 8 bits. With fewer bits a channel has 2^bits codes with zero anywhere among them: of the ranges that contain the
    /// channel's codes, the one closest to symmetric.
    /// </summary>
    public static CodeRange Of(QuantizedWeights weights)
    {
        var layout = ChannelLayout.Of(weights.Codes.Length, weights.Shape, weights.Axis);
        var ranges = Array.ConvertAll(layout.Ranges(weights.Codes), range => Around(range.Low, range.High, weights.Bits));
        return new CodeRange([.. ranges.Select(range => range.Low)], [.. ranges.Select(range => range.High)]);
    }

    private static (int Low, int High) Around(int smallest, int largest, int bits)
    {
        if (bits == EightBits)
        {
            return (Math.Min(smallest, -sbyte.MaxValue), sbyte.MaxValue);
        }

        int highest = (1 << bits) - 1;
        int zero = Math.Clamp(1 << (bits - 1), -smallest, Math.Max(-smallest, highest - largest));
        return (-zero, highest - zero);
    }
}

/// <summary>The real weights at which training starts.</summary>
internal static class LatentWeights
{
    // Just inside the interval that rounds to a code: on its edge the code would depend on rounding errors.
    private const float HalfIteration = 0.49f;

    /// <summary>
    /// For learned codes, their real values, the middle of the interval that rounds to them. FP32 weights that a reconstruction rounded the
    /// other way would otherwise lie on an edge, and the first iterations would take them back. For codes of rounding to nearest, the FP32
    /// weight, or the real number nearest to it that rounds to the plan's code. A smallest or largest code also covers everything beyond
    /// it.
    /// </summary>
    /// <param name="float32">In the weight's own order.</param>
    /// <param name="learned">Whether the codes were learned.</param>
    public static float[] Of(ReadOnlySpan<float> float32, QuantizedWeights start, CodeRange range, bool learned)
    {
        var layout = ChannelLayout.Of(float32.Length, start.Shape, start.Axis);
        float[] latent = new float[float32.Length];
        for (int i = 0; i < latent.Length; i++)
        {
            int channel = i / layout.Inner % layout.Channels;
            latent[i] = learned
                ? start.Codes[i] * start.Scales[channel]
                : Nearest(float32[i], start.Codes[i], start.Scales[channel], range.Low[channel], range.High[channel]);
        }

        return latent;
    }

    private static float Nearest(float weight, int code, float scale, int low, int high)
    {
        if ((int)Math.Clamp(MathF.Round(weight / scale), low, high) == code)
        {
            return weight;
        }

        float from = code == low ? float.NegativeInfinity : (code - HalfIteration) * scale;
        float to = code == high ? float.PositiveInfinity : (code + HalfIteration) * scale;
        return Math.Clamp(weight, from, to);
    }
}
