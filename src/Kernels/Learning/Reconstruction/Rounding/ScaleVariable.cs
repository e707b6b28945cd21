using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Learning.Reconstruction.Rounding;

/// <summary>The step of one activation, learned by Adam as LSQ does; zero point and codes stay.</summary>
internal sealed class ScaleVariable(QuantizationParameters start)
{
    internal const double Smallest = 1.1920929e-7; // FLT_EPSILON: a step must stay positive

    private double _scale = start.Scale;
    private double _first;
    private double _second;
    private int _steps;

    public QuantizationParameters Parameters => start with { Scale = (float)_scale };

    /// <summary>A leaf tensor with the present value, one element.</summary>
    public Tensor Leaf() => Autograd.Record(TensorFactory.FromFloats([(float)_scale], [1]));

    /// <summary>One step of Adam (0.9, 0.999, 1e-8).</summary>
    public void Step(double gradient, double rate)
    {
        _steps++;
        _first = (0.9 * _first) + (0.1 * gradient);
        _second = (0.999 * _second) + (0.001 * gradient * gradient);
        double mean = _first / (1 - Math.Pow(0.9, _steps));
        double root = Math.Sqrt(_second / (1 - Math.Pow(0.999, _steps)));
        _scale = (float)Math.Max(Math.Abs(_scale - (rate * mean / (root + 1e-8))), Smallest);
    }
}
