using Cluster.Kernels.Graphs;
using Cluster.Kernels.Tensors;

namespace Cluster.Kernels.Tests.Quantization;

/// <summary>
/// Up to where sums of products of codes are whole numbers in float32, which simulations add up in: 2^24 (methods, section 7).
/// </summary>
public sealed class AccumulatorLimitsTests
{
    private const long ExactBelow = 1 << 24;

    [Theory]
    [InlineData(128, 127, 1032)] // int8 by weights without -128
    [InlineData(127, 127, 1040)]
    [InlineData(255, 127, 518)] // uint8 with the zero point 0 by weights
    [InlineData(255, 255, 258)] // two activations
    public void Sum_WorstCaseProducts_IsBelowTheLimitUpToThisDepth(int left, int right, int depth)
    {
        ((long)left * right * depth).ShouldBeLessThan(ExactBelow);
        ((long)left * right * (depth + 1)).ShouldBeGreaterThan(ExactBelow);

        Sum(left, right, depth).ShouldBe((long)left * right * depth);
        Sum(left, -right, depth).ShouldBe(-(long)left * right * depth);
    }

    [Theory]
    [InlineData(127, 127, 1041)]
    [InlineData(255, 127, 519)]
    [InlineData(255, 255, 259)]
    public void Sum_OddNumberBeyondTheLimit_IsANeighbour(int left, int right, int depth)
    {
        long exact = (long)left * right * depth;

        (exact % 2).ShouldBe(1);
        Math.Abs(Sum(left, right, depth) - exact).ShouldBe(1);
    }

    // As the simulation multiplies: (1, depth) x (depth, 1), float32.
    private static long Sum(int left, int right, int depth)
    {
        using var row = TensorFactory.FromTensorData(TensorData.FromFloats([1, depth], [.. Enumerable.Repeat((float)left, depth)]));
        using var column = TensorFactory.FromTensorData(TensorData.FromFloats([depth, 1], [.. Enumerable.Repeat((float)right, depth)]));
        using var sum = TorchScripts.MatMul(row, column);
        return (long)TensorFactory.ToFloats(sum)[0];
    }
}
