using Cluster.Kernels.Convolutions;

namespace Cluster.Kernels.Tests.Convolutions;

public sealed class RowProductTests
{
    // Outputs of one panel of sixteen, one of thirty-two, and both.
    [Theory]
    [InlineData(1, 16)]
    [InlineData(7, 32)]
    [InlineData(40, 48)]
    public unsafe void Multiply_AnyWidthOfVectors_IsAChainOfMultiplyAddsInTheOrderOfDepth(int depth, int outputs)
    {
        const int Rows = 2 * RowProduct.Rows;
        var random = new Random(3);
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
        var (x, w, b) = (Numbers(Rows * depth), Numbers(depth * outputs), Numbers(outputs));
        var expected = new float[Rows * outputs];
        for (int i = 0; i < expected.Length; i++)
        {
            expected[i] = b[i % outputs];
            for (int d = 0; d < depth; d++)
            {
                expected[i] = MathF.FusedMultiplyAdd(x[(i / outputs * depth) + d], w[(d * outputs) + (i % outputs)], expected[i]);
            }
        }

        var (wide, narrow) = (new float[expected.Length], new float[expected.Length]);
        fixed (float* inputs = x, weights = w, bias = b, first = wide, second = narrow)
        {
            RowProduct.Dense(depth, outputs).Multiply(inputs, weights, bias, first, Rows);
            RowProduct.Dense(depth, outputs).MultiplyBySix(inputs, weights, bias, second, Rows);
        }

        wide.ShouldBe(expected);
        narrow.ShouldBe(expected);
    }
}
