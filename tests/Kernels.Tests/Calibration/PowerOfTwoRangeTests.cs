namespace Cluster.Kernels.Tests.Calibration;

/// <summary>Vitis AI's `diffs` as a calibrator of plans.</summary>
public sealed class PowerOfTwoRangeTests
{
    private static readonly CalibrationMethod Diffs = CalibrationMethod.Parse("diffs");

    public static TheoryData<string> Networks => ["residual", "concat and pools", "squeeze and excite", "attention", "silu around zero"];

    // By hand, with the codes of 4 bits, -8 to 7: with the scale 1 forty 0.25 become 0, forty 0.75 become 1 and 8 becomes 7, which costs
    // 2.5 + 2.5 + 1; with 2 or 1/2 it is 25 and more (DiffsObserverTests).
    [Fact]
    public void Range_FarOutlier_ClipsItWhereThatCostsLess()
    {
        float[] values = [.. Enumerable.Repeat(0.25f, 40), .. Enumerable.Repeat(0.75f, 40), 8, -1];

        Diffs.Range(Histograms.Of(values), ActivationBounds.None, 16).ShouldBe(new CalibrationRange(-8, 7));
    }

    // By hand: 127 / 1.4027 has 6 whole binary digits and 128 / 2.2461 has 5, as the text's two tensors are one batch here.
    [Fact]
    public void Range_TensorsOfTheText_IsTheFinestThatDoesNotOverflow()
    {
        var range = Diffs.Range(
            Histograms.Of([-.1551f, .4171f, .0281f, .8844f, -.0766f, 1.4027f, .1924f, .8369f, .7786f, 1.0915f, .4398f, -1.8102f],
                [-1.2902f, -1.3943f, -1.6080f, .1695f, -.9307f, -.5508f, .6164f, -2.2461f, -1.1094f, -.3126f, .5751f, .6137f]),
            ActivationBounds.None);

        range.ShouldBe(new CalibrationRange(-4, 127 / 32f));
        range.ToUnsigned().ShouldBe(new QuantizationParameters(1 / 32f, 128, 0, 255));
    }

    [Theory]
    [InlineData(127f, 1f)]
    [InlineData(255f, 1f)]
    [InlineData(256f, 2f)]
    [InlineData(0.9f, 1 / 256f)]
    public void Range_NothingNegative_HasUnsignedCodes(float value, float scale)
    {
        var parameters = Diffs.Range(Histograms.Of([value]), ActivationBounds.None).ToUnsigned();

        parameters.ZeroPoint.ShouldBe(0);
        parameters.Scale.ShouldBe(value == 127 ? 0.5f : scale);
    }

    [Fact]
    public void AbsoluteMaximum_IsTheLargestCodeOfAPowerOfTwo() =>
        (Diffs.AbsoluteMaximum(Histograms.Of([-1.9f, 1.2f])) / 127).ShouldBe(1 / 64f);

    [Fact]
    public void Range_CeilingBelowTheLargestCode_EndsThere() =>
        Diffs.Range(Histograms.Of([0.1f, 5.9f]), new ActivationBounds(0, 6)).ShouldBe(new CalibrationRange(0, 6));

    // Against a search over every code of every value.
    [Fact]
    public void Range_AnyTensor_HasAPowerOfTwoOfTheLeastSquaredError() =>
        Prop.ForAll(Gen.NonEmptyListOf(Gen.Choose(-5000, 20000).Select(n => n < 0 ? n / 333f : n / 777f)).ToArbitrary(), list =>
        {
            float[] values = [.. list];
            var parameters = Diffs.Range(Histograms.Of(values), ActivationBounds.None).ToUnsigned();
            double position = Math.Log2(parameters.Scale);
            var all = Enumerable.Range(-10, 30).Select(p => parameters with { Scale = (float)Math.ScaleB(1, -p) }).ToArray();
            var whole = all.Last(candidate => values.All(value => value >= candidate.Low && value <= candidate.High));
            var tried = all.SkipWhile(candidate => candidate != whole).Take(6).ToArray();
            return values.All(value => value == 0)
                || (position == Math.Round(position)
                    && tried.Contains(parameters)
                    && Error(values, parameters) <= (1.02 * tried.Min(candidate => Error(values, candidate))) + 1e-9);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));

    [Theory]
    [MemberData(nameof(Networks))]
    public void Check_EveryNetwork_OnnxRuntimeAgreesWithTheSimulation(string name)
    {
        using var net = Calibrated.Small(name);
        var network = net.Resolver.Resolve(Nets.Mixed(net.Graph, _ => true, "diffs"));

        var report = net.Check(network);

        report.Failure.ShouldBeNull();
    }

    private static double Error(float[] values, QuantizationParameters parameters) => values.Average(value =>
        Math.Pow(value - ((AffineQuantizer.Quantize(value, parameters) - parameters.ZeroPoint) * (double)parameters.Scale), 2));
}
