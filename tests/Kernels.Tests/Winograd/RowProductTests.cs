namespace Cluster.Kernels.Tests.Winograd;

public sealed class RowProductTests
{
    // Outputs of one panel of sixteen, of two, and of three.
    [Theory]
    [InlineData(1, 16)]
    [InlineData(7, 32)]
    [InlineData(40, 48)]
    public unsafe void Multiply_AnyDepth_IsAChainOfMultiplyAddsInTheOrderOfDepth(int depth, int outputs)
    {
        int rows = 2 * RowProduct.Rows;
        var random = new Random(3);
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
        var (x, w) = (Numbers(rows * depth), Numbers(depth * outputs));
        var expected = new float[rows * outputs];
        for (int i = 0; i < expected.Length; i++)
        {
            for (int d = 0; d < depth; d++)
            {
                expected[i] = MathF.FusedMultiplyAdd(x[(i / outputs * depth) + d], w[(d * outputs) + (i % outputs)], expected[i]);
            }
        }

        var found = new float[expected.Length];
        fixed (float* inputs = x, weights = w, sums = found)
        {
            RowProduct.Multiply(inputs, weights, sums, rows, depth, outputs);
        }

        found.ShouldBe(expected);
        if (System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated)
        {
            fixed (float* inputs = x, weights = w, sums = found)
            {
                for (int o = 0; o < outputs; o += RowProduct.Width)
                {
                    RowProduct.SixBySixteen(inputs, depth, weights + o, sums + o, outputs, rows);
                }
            }

            found.ShouldBe(expected);
        }
    }
}
