using Cluster.Kernels.Tensors;
using TorchSharp;

namespace Cluster.Kernels.Tests.Tensors;

public sealed class StatisticsTests
{
    [Fact]
    public void MinMax_LargeTensor_MatchesLinq()
    {
        float[] values = Values(100_003);
        using torch.Tensor x = TensorFactory.FromFloats(values, [values.Length]);

        NativeKernels.MinMax(x).ShouldBe((values.Min(), values.Max()));
    }

    [Fact]
    public void MinMax_NaNOrEmpty_IsRefused()
    {
        using torch.Tensor nan = TensorFactory.FromFloats([1, float.NaN, 2], [3]);
        using torch.Tensor empty = TensorFactory.FromFloats([], [0]);

        Should.Throw<KernelException>(() => NativeKernels.MinMax(nan)).Message.ShouldContain("NaN");
        Should.Throw<KernelException>(() => NativeKernels.MinMax(empty)).Message.ShouldContain("empty");
    }

    [Fact]
    public void AccumulateHistogram_EdgesAndOutside_AreCountedAsDocumented()
    {
        using torch.Tensor x = TensorFactory.FromFloats([-1, 0, 0.24f, 0.25f, 0.5f, 0.99f, 1, 1.5f, float.PositiveInfinity], [9]);
        long[] counts = [10, 0, 0, 0];

        (long below, long above) = NativeKernels.AccumulateHistogram(x, 0, 1, counts);

        counts.ShouldBe([13L, 1, 1, 4]);
        (below, above).ShouldBe((1L, 2L));
    }

    [Fact]
    public void AccumulateHistogram_Absolute_FoldsTheSign()
    {
        using torch.Tensor x = TensorFactory.FromFloats([-0.9f, 0.9f, -0.1f, 0.1f], [4]);
        long[] counts = new long[2];

        NativeKernels.AccumulateHistogram(x, 0, 1, counts, absolute: true);

        counts.ShouldBe([2L, 2]);
    }

    [Fact]
    public void AccumulateHistogram_ManyElements_MatchesAPlainLoop()
    {
        float[] values = Values(70_001);
        using torch.Tensor x = TensorFactory.FromFloats(values, [values.Length]);
        long[] counts = new long[2048];
        long[] expected = new long[2048];
        foreach (float value in values)
        {
            int bin = (int)Math.Floor((value - -2.0) * (2048 / 4.0));
            expected[Math.Clamp(bin, 0, 2047)]++;
        }

        NativeKernels.AccumulateHistogram(x, -2, 2, counts);

        counts.ShouldBe(expected);
    }

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
            double[] sums = NativeKernels.ChannelSums(layout, 1);
            for (int c = 0; c < 5; c++)
            {
                double expected = values.Where((_, i) => i / 28 % 5 == c).Sum(value => (double)value);
                sums[c].ShouldBe(expected, 1e-9);
            }
        }

        torch.Tensor rows = TensorFactory.FromFloats([1, 2, 3, 4, 5, 6], [2, 3]);
        NativeKernels.ChannelSums(rows, 1).ShouldBe([5.0, 7, 9]);
        NativeKernels.ChannelSums(rows, 0).ShouldBe([6.0, 15]);
    }

    [Fact]
    public void SquaredError_DifferentFormats_ComparesElements()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        float[] values = MemoryLayoutTests.Values();
        torch.Tensor a = TensorFactory.FromFloats(values, [3, 5, 4, 7]);
        torch.Tensor b = TensorOps.ToChannelsLast(TensorFactory.FromFloats([.. values.Select(value => value + 0.5f)], [3, 5, 4, 7]));

        (double signal, double noise) = NativeKernels.SquaredError(a, b);

        signal.ShouldBe(values.Sum(value => (double)value * value), 1e-9);
        noise.ShouldBe(values.Sum(value => Math.Pow((double)value - (value + 0.5f), 2)), 1e-9);
    }

    private static float[] Values(int count)
    {
        var random = new System.Random(7);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 5) - 2.5))];
    }
}
