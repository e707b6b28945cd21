using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.FakeQuantization;

/// <summary>A Q/DQ pair with a constant scale, bit-identical to ONNX. Without gradients.</summary>
/// <param name="Name">The tensor that is quantized.</param>
internal sealed record ConstantQuantizer(string Name, QuantizationParameters Parameters) : IFakeQuantizer
{
    public Tensor Apply(Tensor exact, IRunObserver? observer)
    {
        if (exact.dtype != ScalarType.Float32)
        {
            using var real = exact.to(ScalarType.Float32); // from a 16-bit layer
            return Apply(real, observer);
        }

        if (observer is null)
        {
            return TensorQuantizer.FakeQuantize(exact, Parameters);
        }

        using var steps = exact.div(Parameters.Scale.AsScalar());
        return observer.Quantized(Name, steps, Parameters) ?? TensorQuantizer.FakeQuantize(exact, Parameters);
    }

    /// <summary>The same for a tensor given as x / scale.</summary>
    public Tensor ApplyToSteps(Tensor steps, IRunObserver? observer) =>
        observer?.Quantized(Name, steps, Parameters) ?? TensorQuantizer.FakeQuantizeSteps(steps, Parameters);
}
