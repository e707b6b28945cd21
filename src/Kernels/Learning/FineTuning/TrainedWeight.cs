using static TorchSharp.torch;

namespace Cluster.Kernels.Learning.FineTuning;

/// <summary>
/// The weight of one quantized node during training: real numbers, rounded in every forward pass with one scale per output channel.
/// </summary>
internal sealed class TrainedWeight
{
    private readonly QuantizedWeights _start;
    private readonly CodeRange _range;
    private readonly double _gradientScale;
    private readonly double _scaleRate;
    private readonly Tensor _latent;
    private readonly Tensor _scales; // (channels)
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
        _bounds = new ScaleBounds(start.Scales, [start.Scales.Length], device);
        _scales = device.Floats(start.Scales, [start.Scales.Length]).requires_grad_();
        _low = Along(_range.Low);
        _high = Along(_range.High);
        _gradientScale = 1 / Math.Sqrt((double)float32.Length / start.Scales.Length * ((1 << (start.Bits - 1)) - 1));
    }

    public GraphNode Node { get; }

    public IEnumerable<TrainedParameter> Parameters =>
    [
        new($"weight/{Node.Name}", _latent, Decays: true),
        new($"weight-step/{Node.Name}", _scales, Decays: false, _scaleRate),
    ];

    /// <summary>The rounded weight, with gradients to the real one and to the scales.</summary>
    public Tensor Quantized()
    {
        using var scales = _scales.reshape(_along);
        return LsqQuantizer.ApplyPerChannel(_latent, scales, _low, _high, _gradientScale);
    }

    /// <summary>Real value of one code step, one per output channel, without gradient. The caller's dispose scope owns it.</summary>
    public Tensor Scales() => _scales.detach();

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
        if (PairSafeWeights.Project(latent, pairs, TensorFactory.ToFloats(_scales)))
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            _latent.copy_(_device.Floats(latent, _start.Shape));
        }
    }

    public LearnedWeights Finish()
    {
        float[] scales = TensorFactory.ToFloats(_scales);
        sbyte[] codes = WeightQuantizer.Quantize(
            TensorFactory.ToFloats(_latent), _start.Shape, _start.Axis, scales, _range.Low, _range.High);
        return new LearnedWeights(_pairs is { } pairs ? PairSafeWeights.Clip(codes, pairs) : codes, scales);
    }

    private Tensor Along(int[] codes)
    {
        using var flat = _device.Floats([.. codes.Select(code => (float)code)], [codes.Length]);
        return flat.reshape(_along);
    }
}
