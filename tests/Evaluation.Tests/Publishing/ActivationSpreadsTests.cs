using Cluster.Evaluation.Publishing;

namespace Cluster.Evaluation.Tests.Publishing;

public sealed class ActivationSpreadsTests : IDisposable
{
    private readonly Sample _sample = Sample.Small();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void Of_EveryRange_HasAllValuesThatAreNotZero()
    {
        var statistics = _sample.Statistics;
        var (plan, network) = Built("max");

        var spreads = ActivationSpreads.Of(network, _sample.Translator.Settings(plan), statistics);

        spreads.Count.ShouldBe(network.Layout.Points.Values.Select(point => point.ScaleOf).Distinct().Count());
        spreads.Select(spread => spread.Calibrator).ShouldAllBe(calibrator => calibrator == "max");
        foreach (var spread in spreads)
        {
            var values = statistics.Get(spread.Tensor);
            spread.Counts.Sum().ShouldBe(values.Count - values.ZeroCount);
            spread.Zeros.ShouldBe((double)values.ZeroCount / values.Count);
            spread.Clipped.ShouldBe(0);
            spread.From.ShouldBeLessThanOrEqualTo(spread.Low);
            spread.To.ShouldBeGreaterThanOrEqualTo(spread.High);
        }
    }

    [Fact]
    public void Of_ClippingCalibrator_SaysTheShareThatIsBeyondTheRange()
    {
        var (plan, network) = Built("percentile:90");

        ActivationSpreads.Of(network, _sample.Translator.Settings(plan), _sample.Statistics)
            .ShouldContain(spread => spread.Clipped > 0.01 && spread.Clipped < 0.2 && spread.To > spread.High);
    }

    [Fact]
    public void Of_Float32_IsEmpty() => ActivationSpreads.Of(null, [], _sample.Statistics).ShouldBeEmpty();

    private (Plan Plan, Kernels.QuantizedNetworks.QuantizedNetwork Network) Built(string calibrator)
    {
        var plan = _sample.Int8(calibrator, correct: false);
        return (plan, _sample.Builder.Build(plan, CancellationToken.None).Network!);
    }
}
