using Cluster.Kernels.Learning.Optimizers;
using Cluster.Kernels.Observers;
using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Learning.FineTuning;

/// <summary>The Q/DQ pair of one activation while it is trained: the zero point stays, the step is learned, observed or kept.</summary>
internal sealed class TrainedActivation
{
    /// <summary>Weight of a batch in the moving average of observed ranges, as in torch's observers.</summary>
    private const double Averaging = 0.01;

    private readonly string _tensor;
    private readonly QuantizationParameters _start;
    private readonly StepLearning _learning;
    private readonly StepBounds _bounds;
    private readonly double _gradientScale;
    private readonly double _stepRate;
    private readonly Tensor _step; // scalar

    /// <param name="bounds">Of the tensor by construction: the range must not grow beyond them, or the runtime keeps the activation function.</param>
    /// <param name="elements">Of one image.</param>
    /// <param name="stepShare">Rate of a learned step as a share of it, or null for the training's own rate.</param>
    public TrainedActivation(string tensor, QuantizationParameters start, ActivationBounds bounds, long elements, StepLearning learning, double? stepShare, ComputeDevice device)
    {
        _tensor = tensor;
        _start = start;
        _learning = learning;
        _stepRate = stepShare * start.Scale ?? 1;
        _bounds = new StepBounds([start.Scale], [], device, bounds.Ceiling is { } ceiling && start.High <= ceiling ? LargestStep(ceiling, High) : float.PositiveInfinity);
        var step = device.Floats([start.Scale], []);
        _step = learning == StepLearning.Learned ? Autograd.Record(step) : step;
        _gradientScale = 1 / Math.Sqrt((double)elements * Math.Max(High, -Low));
    }

    public IEnumerable<TrainedParameter> Parameters =>
        _learning == StepLearning.Learned ? [new TrainedParameter($"activation-step/{_tensor}", _step, Decays: false, _stepRate)] : [];

    /// <summary>Steps that change without gradients; a checkpoint holds them too.</summary>
    public IEnumerable<(string Name, Tensor Value)> Buffers => _learning == StepLearning.Observed ? [($"activation-step/{_tensor}", _step)] : [];

    private int Low => _start.Minimum - _start.ZeroPoint;

    private int High => _start.Maximum - _start.ZeroPoint;

    public Tensor Quantize(Tensor value) => StepQuantizer.Apply(value, _step, Low, High, _gradientScale);

    /// <summary>Real size of a code, without gradient. The caller's dispose scope owns it.</summary>
    public Tensor Step() => Aten.Call("aten::detach", _step);

    /// <summary>The step with which the largest and the smallest of some values have a code; 0 where all are zero.</summary>
    public double Needed(Tensor value)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var (minimum, maximum) = NativeKernels.MinMax(Aten.Call("aten::detach", value));
        return Math.Max(High > 0 ? maximum / High : 0, Low < 0 ? minimum / Low : 0);
    }

    /// <summary>Moves the step of an observed activation towards the one that a batch needed.</summary>
    public void Follow(double needed)
    {
        if (needed > 0)
        {
            using var frozen = no_grad();
            Aten.Call("aten::mul_.Scalar", _step, 1 - Averaging);
            Aten.Call("aten::add_.Scalar", _step, Averaging * needed);
        }
    }

    public void Restrain() => _bounds.Clamp(_step);

    public QuantizationParameters Finish() => _start with { Scale = TensorFactory.ToFloats(_step)[0] };

    // The largest step whose range ends at the ceiling or below, after the rounding of the product.
    private static float LargestStep(float ceiling, int high)
    {
        float step = ceiling / high;
        return step * high > ceiling ? MathF.BitDecrement(step) : step;
    }
}
