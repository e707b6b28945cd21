namespace Cluster.Kernels.Tests.Calibration;

public sealed class RangeNoiseTests
{
    // Codes -128 to 127 of 0.5: from -64 to 63.5.
    private static readonly QuantizationParameters Range = new(0.5f, 0, -128, 127);

    [Fact]
    public void Beyond_HandComputed_CountsWholeBinsFurtherThanHalfAStep()
    {
        // 100 lies in (64, 128], whose bins are 2^-6 wide; 63.7 is rounded to the end, 64 is beyond.
        RangeNoise.Beyond(Histograms.Of([100, 64, 63.7f, 0, -10, -64.2f, -70, 1]), Range).ShouldBe(3.0 / 8);
        RangeNoise.Beyond(Histograms.Of([63.5f, -64, 0]), Range).ShouldBe(0);
    }

    [Fact]
    public void Moments_HandComputed_AreMeanAndDeviation()
    {
        var (mean, deviation) = RangeNoise.Moments(Histograms.Of([1, 3, 0, 0]));

        mean.ShouldBe(1, 0.001);
        deviation.ShouldBe(Math.Sqrt(1.5), 0.001);
    }

    [Fact]
    public void Decibels_AnyValues_AreThoseOfQuantizingThemOneByOne() => Prop.ForAll(
        (from values in Gen.Choose(-9000, 9000).Select(value => value / 100f).ListOf(200) select values.ToArray()).ToArbitrary(),
        values =>
        {
            var histogram = Histograms.Of(values);
            double signal = values.Sum(value => (double)value * value);
            double noise = values.Sum(value => Math.Pow(value - (0.5 * Math.Clamp(Math.Round(value / 0.5), -128, 127)), 2));

            // A bin's values are spread over it.
            RangeNoise.Decibels(histogram, Range).ShouldBe(10 * Math.Log10(signal / noise), 0.2);
        }).QuickCheckThrowOnFailure();
}
