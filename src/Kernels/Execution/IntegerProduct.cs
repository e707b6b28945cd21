using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>
/// Converts products of two activations' codes, or sums of such products, to the output. ONNX Runtime (QLinearMul, QLinearMatMul)
/// multiplies by s_a * s_b / s_y, one float32 number, rounds to even and adds the zero point. Without a following pair,
/// MatMulIntegerToFloat multiplies by s_a * s_b.
/// </summary>
/// <param name="Left">s_a, the scale of the first factor's codes.</param>
/// <param name="Right">s_b.</param>
/// <param name="Pair">The pair of the output; null if its readers see real numbers.</param>
/// <param name="RoundsCodes">
/// Whether the zero point is added <em>before</em> rounding, as in QLinearMul: a tie goes to the even code, not to the even number of
/// steps, and a number within float32's precision of a tie becomes one. In a tensor whose gate hardly varies, as in squeeze-and-excite or
/// hardswish around 0, most elements are ties.
/// </param>
internal sealed record IntegerProduct(float Left, float Right, ConstantQuantizer? Pair, bool RoundsCodes) : IIntegerOutput
{
    public Tensor Finish(GraphNode node, Tensor whole, IRunObserver? observer)
    {
        if (Pair is null)
        {
            whole.mul_((Left * Right).AsScalar());
            observer?.Computed(node, whole);
            return whole;
        }

        using (whole)
        {
            if (observer is not null)
            {
                using var real = whole.mul((Left * Right).AsScalar());
                observer.Computed(node, real);
            }

            whole.mul_((Left * Right / Pair.Parameters.Scale).AsScalar());
            if (RoundsCodes)
            {
                TorchSharp.Scalar zero = ((float)Pair.Parameters.ZeroPoint).AsScalar();
                whole.add_(zero, ScalarNumbers.One);
                whole.round_();
                whole.sub_(zero);
            }

            return Pair.ApplyToSteps(whole, observer);
        }
    }
}
