using System.Buffers;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Cluster.Learning.Reconstruction.Blocks;

/// <summary>
/// The loss of a block's output: the sum over channels, mean over images and positions, of |x - target|^p. On the processor it is
/// computed with its gradient in one pass.
/// </summary>
internal sealed class PowerLoss : autograd.SingleTensorFunction<PowerLoss>
{
    /// <inheritdoc/>
    public override string Name => nameof(PowerLoss);

    /// <summary>The loss as one number; the output gets its gradient.</summary>
    /// <param name="output">(images of a part, channels, positions...).</param>
    /// <param name="images">Number of images of the whole batch.</param>
    public static Tensor Of(Tensor output, Tensor target, double power, int images)
    {
        double positions = output.shape.Skip(2).Aggregate(1.0, (product, size) => product * size);
        var call = new Call(power, 1 / (images * positions));
        return output.is_cpu() ? apply(output, target, call) : ByOperators(output, target, call);
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext context, params object[] vars)
    {
        var (output, target, call) = ((Tensor)vars[0], (Tensor)vars[1], (Call)vars[2]);
        var (gradient, sum) = DenseLoops.MapPair(output, target, (x, goal, gradient, _) => call.Fill(x, goal, gradient));
        context.save_for_backward([gradient]);
        return tensor((float)(sum * call.Factor));
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext context, Tensor gradient) =>
        [context.get_saved_variables()[0].mul(gradient), null!, null!];

    private static Tensor ByOperators(Tensor output, Tensor target, Call call)
    {
        using var scope = NewDisposeScope();
        return (output - target).abs().pow(call.Power.AsScalar()).sum().mul(call.Factor.AsScalar()).MoveToOuterDisposeScope();
    }

    private sealed record Call(double Power, double Factor)
    {
        /// <summary>The sum of the terms, and factor * p * |d|^(p - 1) * sign(d) for each.</summary>
        public double Fill(ReadOnlySpan<float> x, ReadOnlySpan<float> target, Span<float> gradient)
        {
            float[] rented = ArrayPool<float>.Shared.Rent(x.Length);
            var slope = rented.AsSpan(0, x.Length);
            TensorPrimitives.Subtract(x, target, gradient);
            gradient.CopyTo(slope);
            if (Power != 2)
            {
                TensorPrimitives.Abs<float>(slope, slope);
                TensorPrimitives.Pow<float>(slope, (float)Power - 1, slope);
                TensorPrimitives.CopySign<float>(slope, gradient, slope);
            }

            double sum = TensorPrimitives.Dot<float>(slope, gradient);
            TensorPrimitives.Multiply(slope, (float)(Power * Factor), gradient);
            ArrayPool<float>.Shared.Return(rented);
            return sum;
        }
    }
}
