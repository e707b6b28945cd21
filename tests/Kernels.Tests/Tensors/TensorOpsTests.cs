using Cluster.Kernels.Tensors;
using TorchSharp;

namespace Cluster.Kernels.Tests.Tensors;

public sealed class TensorOpsTests
{
    [Fact]
    public void Convolve_DepthwiseStridedPadded_MatchesAPlainLoop()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        float[] x = [.. Enumerable.Range(0, 2 * 5 * 5).Select(i => MathF.Sin(i))];
        float[] w = [.. Enumerable.Range(0, 2 * 3 * 3).Select(i => MathF.Cos(i))];
        float[] expected = new float[2 * 3 * 3];
        for (int c = 0; c < 2; c++)
        {
            for (int i = 0; i < 9; i++)
            {
                double sum = c - 0.5;
                for (int k = 0; k < 9; k++)
                {
                    int row = (i / 3 * 2) + (k / 3) - 1;
                    int column = (i % 3 * 2) + (k % 3) - 1;
                    sum += row is >= 0 and < 5 && column is >= 0 and < 5 ? (double)x[(c * 25) + (row * 5) + column] * w[(c * 9) + k] : 0;
                }

                expected[(c * 9) + i] = (float)sum;
            }
        }

        torch.Tensor y = TensorOps.Convolve(
            TensorFactory.FromFloats(x, [1, 2, 5, 5]), TensorFactory.FromFloats(w, [2, 1, 3, 3]),
            TensorFactory.FromFloats([-0.5f, 0.5f], [2]), [2, 2], [1, 1], [1, 1], 2);

        float[] actual = TensorFactory.ToFloats(y);
        y.shape.ShouldBe([1L, 2, 3, 3]);
        for (int i = 0; i < expected.Length; i++)
        {
            actual[i].ShouldBe(expected[i], 1e-5f);
        }
    }

    [Fact]
    public void Pad_BeginsAndEnds_AreOnnxs()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor x = TensorFactory.FromFloats([1, 2, 3, 4, 5, 6], [1, 2, 3]);

        TensorFactory.ToFloats(TensorOps.Pad(x, [0, 0, 1], [0, 1, 0], 9)).ShouldBe([9f, 1, 2, 3, 9, 4, 5, 6, 9, 9, 9, 9]);
        TensorFactory.ToFloats(TensorOps.Pad(x, [0, 0, -1], [0, 0, 0], 9)).ShouldBe([2f, 3, 5, 6]);
    }

    [Fact]
    public void HardSigmoid_KnownPoints_HasKnownValues()
    {
        using DisposeScope scope = torch.NewDisposeScope();

        TensorFactory.ToFloats(TensorOps.HardSigmoid(TensorFactory.FromFloats([-4, -1, 0, 1, 4], [5]), 0.25, 0.5))
            .ShouldBe([0f, 0.25f, 0.5f, 0.75f, 1]);
    }

    [Theory]
    [InlineData(2, 3, 4, 5)]
    [InlineData(1, 1, 4, 5)] // of one channel or one pixel both orders are the same memory
    [InlineData(2, 3, 1, 1)]
    public void ToChannelsLast_AnyImage_HasTheSameValuesAndIsSeenAsSuch(long n, long c, long h, long w)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        float[] values = [.. Enumerable.Range(0, (int)(n * c * h * w)).Select(i => (float)i)];
        var x = TensorFactory.FromFloats(values, [n, c, h, w]);

        var last = TensorOps.ToChannelsLast(x);

        TensorFactory.ToFloats(last).ShouldBe(values);
        DenseTensor.IsChannelsLast(x).ShouldBeFalse();
        DenseTensor.IsChannelsLast(last).ShouldBeTrue();
    }
}
