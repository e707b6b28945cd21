using Cluster.Kernels.Calibration;
using Cluster.Kernels.Learning.Lsq;
using Cluster.Kernels.Learning.Optimizers;
using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Learning.FineTuning;

/// <summary>The Q/DQ pair of one activation during training: the zero point stays, the scale is learned, observed or kept.</summary>
internal sealed class TrainedActivation
{
    /// <summary>Weight of a batch in the moving average of observed ranges, as in torch's observers.</summary>
    private const double Averaging = 0.01;

    private readonly string _tensor;
    private readonly QuantizationParameters _start;
    private readonly ScaleLearning _learning;
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
        ScaleLearning learning,
        double? scaleShare,
        ComputeDevice device)
    {
        _tensor = tensor;
        _start = start;
        _learning = learning;
        _scaleRate = scaleShare * start.Scale ?? 1;
        _bounds = new ScaleBounds(
            [start.Scale],
            [],
            device,
            bounds.Contain(start) == start ? bounds.Contain(start with { Scale = float.MaxValue }).Scale : float.PositiveInfinity);
        var scale = device.Floats([start.Scale], []);
        _scale = learning == ScaleLearning.Learned ? scale.requires_grad_() : scale;
        _gradientScale = 1 / Math.Sqrt((double)elements * Math.Max(High, -Low));
    }

    public IEnumerable<TrainedParameter> Parameters =>
        _learning == ScaleLearning.Learned ? [new TrainedParameter($"activation-step/{_tensor}", _scale, Decays: false, _scaleRate)] : [];

    /// <summary>Scales that change without gradients; checkpoints include them.</summary>
    public IEnumerable<(string Name, Tensor Value)> Buffers =>
        _learning == ScaleLearning.Observed ? [($"activation-step/{_tensor}", _scale)] : [];

    private int Low => _start.Minimum - _start.ZeroPoint;

    private int High => _start.Maximum - _start.ZeroPoint;

    public Tensor Quantize(Tensor value) => LearnedScale.Apply(
        value, _scale, _start, LsqCall.Plain with { GradientScale = _gradientScale });

    /// <summary>Real value of one code step, without gradient. The caller's dispose scope owns it.</summary>
    public Tensor Scale() => _scale.detach();

    /// <summary>The scale at which the largest and the smallest of some values still have a code; 0 if all are zero.</summary>
    public double Needed(Tensor value)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var (minimum, maximum) = TensorStatistics.MinMax(value.detach());
        return Math.Max(High > 0 ? maximum / High : 0, Low < 0 ? minimum / Low : 0);
    }

    /// <summary>Moves the scale of an observed activation towards the one that a batch needed.</summary>
    public void Follow(double needed)
    {
        if (needed > 0)
        {
            using var frozen = no_grad();
            _scale.mul_((1 - Averaging).AsScalar());
            _scale.add_((Averaging * needed).AsScalar(), ScalarNumbers.One);
        }
    }

    public void Restrain() => _bounds.Clamp(_scale);

    public QuantizationParameters Finish() => _start with { Scale = TensorFactory.ToFloats(_scale)[0] };
}
