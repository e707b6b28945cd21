using Cluster.Kernels.Graphs;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.FakeQuantization;

/// <summary>
/// Converts products of two activations' codes to codes. ONNX Runtime (QLinearMul) multiplies by s_a * s_b / s_y in float32 and adds the
/// zero point <em>before</em> it rounds: a tie goes to the even code, not to the even number of steps, and a number within float32's
/// precision of a tie becomes one. In a tensor whose gate hardly varies, as in squeeze-and-excite or hardswish around 0, most elements are
/// ties.
/// </summary>
/// <param name="Left">s_a, the scale of the first factor's codes.</param>
/// <param name="Right">s_b.</param>
/// <param name="Pair">The pair of the output.</param>
internal sealed record IntegerProduct(float Left, float Right, ConstantQuantizer Pair) : IIntegerOutput
{
    public Tensor Finish(GraphNode node, Tensor whole, IRunObserver? observer)
    {
        using (whole)
        {
            if (observer is not null)
            {
                using var real = whole.mul((Left * Right).AsScalar());
                observer.Computed(node, real);
            }

            TorchSharp.Scalar zero = ((float)Pair.Parameters.ZeroPoint).AsScalar();
            whole.mul_((Left * Right / Pair.Parameters.Scale).AsScalar());
            whole.add_(zero, ScalarNumbers.One);
            whole.round_();
            whole.sub_(zero);
            return Pair.ApplyToSteps(whole, observer);
        }
    }
}
