using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Cluster.Kernels.Learning.Reconstruction.Blocks;

/// <summary>
/// Learns the scales of a block's activations by Adam, as LSQ does; zero points and codes stay. All are one tensor on
/// the device that computes, changed there in place, so that the host waits for no gradient. The leaves that autograd
/// sees are views of it and follow every iteration.
/// </summary>
internal sealed class ScaleLearner : IDisposable
{
    /// <summary>FLT_EPSILON: a scale must stay positive.</summary>
    internal const double Smallest = 1.1920929e-7;

    private readonly IReadOnlyList<string> _tensors;
    private readonly IReadOnlyList<QuantizationParameters> _start;
    private readonly Parameter _scales; // (tensors)
    private readonly Adam _adam;

    /// <param name="tensors">Whose scales are learned, at least one.</param>
    /// <param name="start">One a tensor.</param>
    public ScaleLearner(ComputeDevice device, IReadOnlyList<string> tensors, IReadOnlyList<QuantizationParameters> start)
    {
        _tensors = tensors;
        _start = start;
        _scales = new Parameter(device.Floats([.. start.Select(parameters => parameters.Scale)], [start.Count]));
        _adam = optim.Adam([_scales]);
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

    /// <summary>One iteration of Adam along the sum of the parts' gradients, added up in the order of the parts.</summary>
    /// <param name="gradients">For each part one gradient a scale, in the order of the tensors.</param>
    public void Update(IEnumerable<IEnumerable<Tensor>> gradients, double rate)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        _scales.grad = gradients.Select(part => cat([.. part], 0)).Aggregate((sum, part) => sum.add(part));
        _adam.ParamGroups.Single().LearningRate = rate;
        _adam.step();
        _scales.abs_().clamp_min_(Smallest);
    }

    /// <summary>In the order of the tensors.</summary>
    public IReadOnlyList<QuantizationParameters> Finish()
    {
        float[] scales = TensorFactory.ToFloats(_scales);
        return [.. _start.Select((parameters, i) => parameters with { Scale = scales[i] })];
    }

    public void Dispose()
    {
        _scales.Dispose();
        _adam.Dispose();
    }
}
