using TorchSharp;

namespace Cluster.Kernels.Tests.Tensors;

public sealed class TensorStatisticsTests
{
    [Fact]
    public void ChannelSums_EveryAxisAndFormat_MatchesAPlainLoop()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        float[] values = MemoryLayoutTests.Values();
        torch.Tensor x = TensorFactory.FromFloats(values, [3, 5, 4, 7]);
        foreach (torch.Tensor layout in new[]
        {
            x, TensorOps.ToChannelsLast(x), MemoryLayoutTests.Transposed(x), MemoryLayoutTests.Strided(x)
        })
        {
            double[] sums = TensorStatistics.ChannelSums(layout);
            for (int c = 0; c < 5; c++)
            {
                double expected = values.Where((_, i) => i / 28 % 5 == c).Sum(value => (double)value);
                sums[c].ShouldBe(expected, 1e-9);
            }
        }

        torch.Tensor rows = TensorFactory.FromFloats([1, 2, 3, 4, 5, 6], [2, 3]);
        TensorStatistics.ChannelSums(rows).ShouldBe([5.0, 7, 9]);
    }

    [Fact]
    public void SquaredError_DifferentFormats_ComparesElements()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        float[] values = MemoryLayoutTests.Values();
        torch.Tensor a = TensorFactory.FromFloats(values, [3, 5, 4, 7]);
        torch.Tensor b = TensorOps.ToChannelsLast(TensorFactory.FromFloats([.. values.Select(value => value + 0.5f)], [3, 5, 4, 7]));

        (double signal, double noise) = TensorStatistics.SquaredError(a, b);

        signal.ShouldBe(values.Sum(value => (double)value * value), 1e-9);
        noise.ShouldBe(values.Sum(value => Math.Pow((double)value - (value + 0.5f), 2)), 1e-9);
    }

    [Fact]
    public void SquaredError_DifferentShapes_IsRefused()
    {
        using torch.Tensor a = TensorFactory.FromFloats([1, 2], [2]);
        using torch.Tensor b = TensorFactory.FromFloats([1, 2], [1, 2]);

        Should.Throw<KernelException>(() => TensorStatistics.SquaredError(a, b)).Message.ShouldContain("[2] and [1,2]");
    }

    private static float[] Values(int count)
    {
        var random = new System.Random(7);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 5) - 2.5))];
    }
}
