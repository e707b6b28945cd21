using TorchSharp;

namespace Cluster.Kernels.Tests.Tensors;

public sealed class TensorOpsTests
{
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
