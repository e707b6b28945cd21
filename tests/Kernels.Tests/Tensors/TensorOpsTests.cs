using Cluster.Kernels.Tensors;
using TorchSharp;

namespace Cluster.Kernels.Tests.Tensors;

public sealed class TensorOpsTests
{
    [Fact]
    public void Conv2d_DepthwiseStridedPadded_MatchesAPlainLoop()
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

        torch.Tensor y = TensorOps.Conv2d(
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
    public void Pools_CeilAndPadding_FollowTheArguments()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor x = TensorFactory.FromFloats([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 1, 3, 3]);

        TensorFactory.ToFloats(TensorOps.MaxPool2d(x, [2, 2], [2, 2], [0, 0], [1, 1], ceil: true)).ShouldBe([5f, 6f, 8f, 9f]);
        TensorFactory.ToFloats(TensorOps.AvgPool2d(x, [2, 2], [2, 2], [1, 1], ceil: false, countIncludePad: true))
            .ShouldBe([0.25f, 1.25f, 2.75f, 7f]);
        TensorFactory.ToFloats(TensorOps.AvgPool2d(x, [2, 2], [2, 2], [1, 1], ceil: false, countIncludePad: false))
            .ShouldBe([1f, 2.5f, 5.5f, 7f]);
        TensorFactory.ToFloats(TensorOps.GlobalAveragePool(x)).ShouldBe([5f]);
    }

    [Fact]
    public void ShapeOperators_SmallTensor_MoveTheRightElements()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor x = TensorFactory.FromFloats([1, 2, 3, 4, 5, 6], [1, 2, 3]);

        TensorFactory.ToFloats(TensorOps.Transpose(x, [0, 2, 1])).ShouldBe([1f, 4, 2, 5, 3, 6]);
        TensorFactory.ToFloats(TensorOps.Slice(x, 2, 0, long.MaxValue, 2)).ShouldBe([1f, 3, 4, 6]);
        TensorFactory.ToFloats(TensorOps.Slice(x, 2, -2, 3)).ShouldBe([2f, 3, 5, 6]);
        TensorFactory.ToFloats(TensorOps.Pad(x, [0, 0, 1], [0, 1, 0], 9)).ShouldBe([9f, 1, 2, 3, 9, 4, 5, 6, 9, 9, 9, 9]);
        TensorFactory.ToFloats(TensorOps.Cat([x, x], 1)).ShouldBe([1f, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6]);
        TensorOps.Flatten(x).shape.ShouldBe([1L, 6]);
        TensorOps.Flatten(x, 0).shape.ShouldBe([1L, 6]);
        TensorOps.Flatten(x, 2).shape.ShouldBe([2L, 3]);
        TensorFactory.ToFloats(TensorOps.Narrow(x, 2, 1, 1)).ShouldBe([2f, 5]);
        TensorFactory.ToFloats(TensorOps.IndexSelect(x, 2, TensorFactory.FromInt64([2, 2], [2]))).ShouldBe([3f, 3, 6, 6]);
        TensorFactory.ToInt64(TensorOps.ArgMax(x, 2)).ShouldBe([2L, 2]);
    }

    [Fact]
    public void Activations_KnownPoints_HaveKnownValues()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor x = TensorFactory.FromFloats([-4, -1, 0, 1, 4], [5]);

        TensorFactory.ToFloats(TensorOps.Relu(x)).ShouldBe([0f, 0, 0, 1, 4]);
        TensorFactory.ToFloats(TensorOps.Clamp(x, 0, null)).ShouldBe([0f, 0, 0, 1, 4]);
        TensorFactory.ToFloats(TensorOps.HardSigmoid(x, 0.25, 0.5)).ShouldBe([0f, 0.25f, 0.5f, 0.75f, 1]);
        TensorFactory.ToFloats(TensorOps.LeakyRelu(x, 0.5)).ShouldBe([-2f, -0.5f, 0, 1, 4]);
        TensorFactory.ToFloats(TensorOps.HardSwish(x))[4].ShouldBe(4);
        TensorFactory.ToFloats(TensorOps.Sigmoid(x))[2].ShouldBe(0.5f);
        TensorFactory.ToFloats(TensorOps.Tanh(x))[3].ShouldBe(0.7615942f, 1e-6f);
        TensorFactory.ToFloats(TensorOps.Softmax(x, 0)).Sum().ShouldBe(1, 1e-6f);
        TensorFactory.ToFloats(TensorOps.LogSoftmax(x, 0))[4].ShouldBe(-0.0724845f, 1e-5f);
    }
}
