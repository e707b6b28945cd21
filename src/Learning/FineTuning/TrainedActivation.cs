using Cluster.Kernels.Calibration;
using static TorchSharp.torch;

namespace Cluster.Learning.FineTuning;

/// <summary>The Q/DQ pair of one activation during training: the zero point stays, the scale is learned.</summary>
internal sealed class TrainedActivation
{
    private readonly string _tensor;
    private readonly QuantizationParameters _start;
    private readonly ScaleBounds _bounds;
    private readonly double _gradientScale;
    private readonly double _scaleRate;
    private readonly Tensor _scale; // scalar

    /// <param name="bounds">Bounds of the tensor by construction: the range must stay within them, or the runtime keeps the activation
    /// function.</param>
    /// <param name="elements">Number of elements per image.</param>
    /// <param name="scaleShare">Learning rate relative to the scale, or null for the training's own rate.</param>
    public TrainedActivation(
        string tensor,
        QuantizationParameters start,
        ActivationBounds bounds,
        long elements,
        double? scaleShare,
        ComputeDevice device)
    {
        _tensor = tensor;
        _start = start;
        _scaleRate = scaleShare * start.Scale ?? 1;
        _bounds = new ScaleBounds(
            [start.Scale],
            [],
            device,
            bounds.Contain(start) == start ? bounds.Contain(start with { Scale = float.MaxValue }).Scale : float.PositiveInfinity);
        _scale = device.Floats([start.Scale], []).requires_grad_();
        _gradientScale = 1 / Math.Sqrt((double)elements * Math.Max(High, -Low));
    }

    public TrainedParameter Parameter => new($"activation-step/{_tensor}", _scale, Decays: false, _scaleRate, IsRange: true);

    private int Low => _start.Minimum - _start.ZeroPoint;

    private int High => _start.Maximum - _start.ZeroPoint;

    public Tensor Quantize(Tensor value) => LearnedScale.Apply(
        value, _scale, _start, LsqCall.Plain with { GradientScale = _gradientScale });

    /// <summary>Real value of one code step, without gradient. The caller's dispose scope owns it.</summary>
    public Tensor Scale() => _scale.detach();

    public void Restrain() => _bounds.Clamp(_scale);

    public QuantizationParameters Finish() => _start with { Scale = TensorFactory.ToFloats(_scale)[0] };
}

/// <summary>
/// The range that a quantization scale may move in, relative to its start: [start / 16, min(16 * start, ceiling)]. Its tensors belong to
/// the dispose scope in which it is created.
/// </summary>
/// <param name="start">The initial scales.</param>
/// <param name="shape">Of the tensor of scales.</param>
internal sealed class ScaleBounds(float[] start, long[] shape, ComputeDevice device, float ceiling = float.PositiveInfinity)
{
    private const float Factor = 16;

    private readonly Tensor _low = device.Floats([.. start.Select(scale => scale / Factor)], shape);
    private readonly Tensor _high = device.Floats([.. start.Select(scale => Math.Min(scale * Factor, ceiling))], shape);

    /// <summary>Clamps in place.</summary>
    public void Clamp(Tensor scales)
    {
        using var frozen = no_grad();
        scales.clamp_(_low, _high);
    }
}
