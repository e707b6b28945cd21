namespace Cluster.Kernels.Tests.Calibration;

/// <summary>PyTorch's HistogramObserver as a calibrator.</summary>
public sealed class HistogramObserverRangeTests
{
    // By hand, with 3 levels. The last bin goes first: three bins are a level each, 9 values cost 1/12 each and the clipped one, at 1/2 to
    // 3/2 from the last level's centre, 13/12: 11/6 together. Two bins for three levels would cost 5/27 + 4 * 7/9 + 31/9.
    [Fact]
    public void Least_FourBins_StopsWhereTheErrorGrows()
    {
        var (start, end, error) = HistogramSearch.Least([1, 4, 4, 1], width: 1, levels: 3);

        (start, end).ShouldBe((0, 2));
        error.ShouldBe(11 / 6.0, 1e-12);
    }

    // The bins that the range is searched in, 1/128 wide from -4 to 6, searched by PyTorch.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Range_NormalNumbers_IsPyTorchs(int seed)
    {
        var random = new Random(seed);
        float[] values = [-3.9999f, 5.9999f, 0, .. Enumerable.Range(0, 5000).Select(_ => Normal(random))];
        var range = CalibrationMethod.Parse("HistogramObserver").Range(Histograms.Of(values), ActivationBounds.None);

        double[] expected = PythonReference.Run(
            "torch",
            """
            from torch.ao.quantization import HistogramObserver
            low, high, bins = -512 / 128, 768 / 128, 1280
            observer = HistogramObserver(bins=bins)
            observer.histogram = torch.tensor(np.histogram(x.astype(np.float64), bins=bins, range=(low, high))[0], dtype=torch.float64)
            observer.min_val, observer.max_val = (torch.tensor(v, dtype=torch.float64) for v in (low, high))
            print(*(v.item() for v in observer._non_linear_param_search()))
            """,
            values);

        range.Low.ShouldBe((float)Math.Max(expected[0], -3.9999f));
        range.High.ShouldBe((float)Math.Min(expected[1], 5.9999f));
        range.High.ShouldBeLessThan(5.9999f); // it narrows
    }

    [Fact]
    public void Range_NothingNegative_BeginsAtZero()
    {
        float[] values = [.. Enumerable.Range(1, 1000).Select(i => i / 1000f), 100];

        var range = CalibrationMethod.Parse("histogram-observer").Range(Histograms.Of(values), ActivationBounds.None);

        range.Low.ShouldBe(0);
        range.High.ShouldBeInRange(1, 100);
    }

    private static float Normal(Random random) => (float)(Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6) / 2;
}
