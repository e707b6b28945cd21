using Cluster.Kernels.Graphs;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.FakeQuantization;

/// <summary>
/// Converts sums of products of two activations' codes to the output of a matrix product. ONNX Runtime's QLinearMatMul multiplies a sum by
/// s_a * s_b / s_y, one float32 number, rounds to even and adds the zero point. Without a following pair, MatMulIntegerToFloat multiplies
/// by s_a * s_b.
/// </summary>
/// <param name="Left">s_a, the scale of the first factor's codes.</param>
/// <param name="Right">s_b, the scale of the second factor's codes.</param>
/// <param name="Pair">The pair of the output; null if its readers see real numbers.</param>
internal sealed record IntegerMatrixProduct(float Left, float Right, ConstantQuantizer? Pair) : IIntegerOutput
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
            return Pair.ApplyToSteps(whole, observer);
        }
    }
}
