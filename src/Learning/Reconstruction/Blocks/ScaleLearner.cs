using static TorchSharp.torch;

namespace Cluster.Learning.Reconstruction.Blocks;

/// <summary>
/// Learns the scales of a block's activations by Adam, as in LSQ; zero points and codes stay. All scales are one tensor on the computing
/// device. The leaves that autograd sees are views of it, so every iteration updates them.
/// </summary>
internal sealed class ScaleLearner : IDisposable
{
    /// <summary>FLT_EPSILON: a scale must stay positive.</summary>
    internal const double Smallest = 1.1920929e-7;

    private readonly IReadOnlyList<string> _tensors;
    private readonly IReadOnlyList<QuantizationParameters> _start;
    private readonly Tensor _scales; // (tensors)
    private readonly double[] _mean; // of the gradients
    private readonly double[] _square; // of their squares
    private long _iterations;

    /// <param name="tensors">The tensors whose scales are learned, at least one.</param>
    /// <param name="start">One a tensor.</param>
    public ScaleLearner(ComputeDevice device, IReadOnlyList<string> tensors, IReadOnlyList<QuantizationParameters> start)
    {
        _tensors = tensors;
        _start = start;
        _scales = device.Floats([.. start.Select(parameters => parameters.Scale)], [start.Count]);
        _mean = new double[start.Count];
        _square = new double[start.Count];
    }

    /// <summary>Gives a part of a batch its leaves.</summary>
    public void Attach(BlockQuantization quantization)
    {
        for (int i = 0; i < _tensors.Count; i++)
        {
            using var view = _scales.narrow(0, i, 1);
            quantization.SetScale(_tensors[i], view.detach().requires_grad_(), _start[i]);
        }
    }

    /// <summary>One iteration of Adam, in float64, with the sum of the parts' gradients, added in the order of the parts.</summary>
    /// <param name="gradients">For each part one gradient a scale, in the order of the tensors.</param>
    public void Update(IEnumerable<IEnumerable<Tensor>> gradients, double rate)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        float[][] parts = [.. gradients.Select(part => TensorFactory.ToFloats(cat([.. part], 0)))];
        float[] scales = TensorFactory.ToFloats(_scales);
        var corrections = Adam.Corrections(++_iterations);
        for (int i = 0; i < scales.Length; i++)
        {
            double gradient = parts.Sum(part => (double)part[i]);
            _mean[i] = (Adam.Beta1 * _mean[i]) + ((1 - Adam.Beta1) * gradient);
            _square[i] = (Adam.Beta2 * _square[i]) + ((1 - Adam.Beta2) * gradient * gradient);
            double change = _mean[i] / corrections.First / (Math.Sqrt(_square[i] / corrections.Second) + Adam.Epsilon);
            scales[i] = (float)Math.Max(Math.Abs(scales[i] - (rate * change)), Smallest);
        }

        _scales.copy_(TensorFactory.FromFloats(scales, [scales.Length]));
    }

    /// <summary>In the order of the tensors.</summary>
    public IReadOnlyList<QuantizationParameters> Finish()
    {
        float[] scales = TensorFactory.ToFloats(_scales);
        return [.. _start.Select((parameters, i) => parameters with { Scale = scales[i] })];
    }

    public void Dispose() => _scales.Dispose();
}
