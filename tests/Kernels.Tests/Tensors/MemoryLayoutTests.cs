using TorchSharp;

namespace Cluster.Kernels.Tests.Tensors;

public sealed class MemoryLayoutTests
{
    private static readonly long[] Shape = [3, 5, 4, 7];

    [Fact]
    public void FakeQuantize_ChannelsLast_KeepsTheFormatAndTheValues()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor x = TensorFactory.FromFloats(Values(), Shape);
        var p = new QuantizationParameters(0.02f, 100, 0, 255);

        torch.Tensor last = TensorQuantizer.FakeQuantize(TensorOps.ToChannelsLast(x), p);

        last.stride().ShouldBe([140L, 1, 35, 5]);
        TensorFactory.ToFloats(last).ShouldBe(TensorFactory.ToFloats(TensorQuantizer.FakeQuantize(x, p)));
    }

    internal static float[] Values() => [.. Enumerable.Range(0, 3 * 5 * 4 * 7).Select(i => 2.5f * MathF.Sin(i * 0.37f))];

    internal static torch.Tensor Transposed(torch.Tensor x)
    {
        torch.Tensor swapped = x.permute([3, 2, 1, 0]).contiguous();
        return swapped.permute([3, 2, 1, 0]);
    }

    /// <summary>The same values with holes between them in memory.</summary>
    internal static torch.Tensor Strided(torch.Tensor x) => torch.cat([x, x], 3).slice(3, 0, x.shape[3], 1);
}
