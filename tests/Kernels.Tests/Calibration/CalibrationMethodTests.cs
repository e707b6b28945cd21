namespace Cluster.Kernels.Tests.Calibration;

public sealed class CalibrationMethodTests
{
    private static readonly float[] First =
    [
        -.1551f, .4171f, .0281f, .8844f, -.0766f, 1.4027f, .1924f, .8369f, .7786f, 1.0915f, .4398f, -1.8102f
    ];
    private static readonly float[] Second =
    [
        -1.2902f, -1.3943f, -1.6080f, .1695f, -.9307f, -.5508f, .6164f, -2.2461f, -1.1094f, -.3126f, .5751f, .6137f
    ];

    // The sum of twelve uniform numbers, less its mean.
    private static float Normal(Random random) => (float)(Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6);

    // s = 0.3; while s <= 1: try s; s += 0.02
    private static double[] PaddleSlimsShares()
    {
        var shares = new List<double>();
        for (double share = 0.3; share <= 1; share += 0.02)
        {
            shares.Add(share);
        }

        return [.. shares];
    }

    public static TheoryData<string> Methods => [.. CalibrationMethod.All.Select(method => method.Id)];

    // Of diffs see PowerOfTwoRangeTests.
    public static TheoryData<string> WithinValues =>
        [.. CalibrationMethod.All.Where(method => method.Kind != CalibrationKind.PowerOfTwo).Select(method => method.Id)];

    [Theory]
    [InlineData("entrpy", " Did you mean entropy?")]
    [InlineData("perzentile:99", " Did you mean percentile?")]
    [InlineData("frobnicate", "")]
    public void Parse_UnknownWord_NamesWhatIsNear(string text, string near) =>
        Should.Throw<KernelException>(() => CalibrationMethod.Parse(text)).Message.ShouldEndWith($", histogram-observer.{near}");

    [Fact]
    public void Parse_NamesOfOtherTools_AreMethodsHere() =>
        MethodNames.Calibrators.ShouldAllBe(name => CalibrationMethod.Parse(name.Key).Id.Split(':', 2)[0] == name.Value);

    // By hand: 3 is code 255 and 0 code 128, as 3 / 127 is a step; without negative numbers zero is code 0 as ever.
    [Fact]
    public void Range_Symmetric_HasZeroInTheMiddle()
    {
        var method = CalibrationMethod.Parse("max:symmetric");

        method.Range(Histograms.Of([-1, 0.5f, 3]), ActivationBounds.None).ToUnsigned()
            .ShouldBe(new QuantizationParameters(3 / 127f, 128, 0, 255));
        method.Range(Histograms.Of([-4, 0.5f, 3]), ActivationBounds.None, levels: 16).ToUnsigned(4)
            .ShouldBe(new QuantizationParameters(4 / 7f, 8, 0, 15));
        method.Range(Histograms.Of([0.5f, 3]), ActivationBounds.None).ShouldBe(new CalibrationRange(0, 3));
        method.AbsoluteMaximum(Histograms.Of([-1, 0.5f, 3])).ShouldBe(3);
    }

    [Theory]
    [MemberData(nameof(WithinValues))]
    public void Range_SymmetricMethod_EndsAtItsAbsoluteMaximum(string id)
    {
        var random = new Random(3);
        var histogram = Histograms.Of([.. Enumerable.Range(0, 2000).Select(_ => Normal(random))]);
        var method = CalibrationMethod.Parse(id + ":Symmetric");

        method.ShouldBe(CalibrationMethod.Parse(method.Id));
        method.Range(histogram, ActivationBounds.None).High.ShouldBe(method.AbsoluteMaximum(histogram));
        method.Range(histogram, ActivationBounds.None).ToUnsigned().ZeroPoint.ShouldBe(128);
        CalibrationMethod.Parse(id + ":affine").ShouldBe(CalibrationMethod.Parse(id));
    }

    // Ours has the whole range and a finer grid among its candidates.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Range_LeastSquares_HasNoMoreErrorThanPaddleSlimsCandidates(int seed)
    {
        var random = new Random(seed);
        float[] values = [.. Enumerable.Range(0, 4000).Select(i => Normal(random) * (i % 500 == 0 ? 4 : 1))];
        var histogram = new ActivationHistogram("x");
        histogram.Add(values);
        float most = values.Max(Math.Abs);
        double least = PaddleSlimsShares().Min(share => Error(QuantizationParameters.FromRange(
            (float)(-most * share), (float)(most * share), 0, 255)));

        Error(CalibrationMethod.Parse("mse").Range(histogram, ActivationBounds.None).ToUnsigned()).ShouldBeLessThanOrEqualTo(least * 1.001);

        double Error(QuantizationParameters parameters) => values.Average(
            value => Math.Pow(value - ((AffineQuantizer.Quantize(value, parameters) - parameters.ZeroPoint) * parameters.Scale), 2));
    }

    [Theory]
    [InlineData("max", "max")]
    [InlineData("moving-average", "moving-average:0.01")]
    [InlineData("moving-average:0.1", "moving-average:0.1")]
    [InlineData("average", "average")]
    [InlineData("percentile", "percentile:99.99")]
    [InlineData("percentile:99.990", "percentile:99.99")]
    [InlineData("kl", "kl")]
    [InlineData("mse", "mse")]
    [InlineData("emd", "emd")]
    [InlineData("histogram", "histogram:0.99999")]
    [InlineData("diffs", "diffs")]
    [InlineData("moving-average-abs-max", "moving-average-abs-max:0.9")]
    [InlineData("moving-average-abs-max:1", "moving-average-abs-max:1")]
    public void Parse_KnownText_HasItsCanonicalId(string text, string id)
    {
        var method = CalibrationMethod.Parse(text);

        method.Id.ShouldBe(id);
        CalibrationMethod.Parse(id).ShouldBe(method);
    }

    [Theory]
    [InlineData("")]
    [InlineData("entropi")]
    [InlineData("mse:2")]
    [InlineData("diffs:8")]
    [InlineData("percentile:")]
    [InlineData("percentile:50")]
    [InlineData("percentile:100.1")]
    [InlineData("percentile:1e2")]
    [InlineData("moving-average:0")]
    [InlineData("moving-average-abs-max:1.1")]
    [InlineData("histogram:1.5")]
    [InlineData("percentile:99.99:1")]
    public void Parse_UnknownText_IsRefused(string text) =>
        Should.Throw<KernelException>(() => CalibrationMethod.Parse(text)).Message.ShouldContain($"'{text}'");

    [Fact]
    public void Range_Max_OfPublishedTensors_GivesTheirParameters()
    {
        var range = Range("max", Published());

        range.ShouldBe(new CalibrationRange(-2.2461f, 1.4027f));
        range.ToUnsigned().Scale.ShouldBe(0.0143090196f, 1e-8);
        range.ToUnsigned().ZeroPoint.ShouldBe(157);
    }

    [Fact]
    public void Range_MovingAverage_OfPublishedTensors_GivesTheirParameters()
    {
        var range = Range("moving-average", Published());

        range.Low.ShouldBe(-1.814559f, 1e-6);
        range.High.ShouldBe(1.394837f, 1e-6);
        range.ToUnsigned().Scale.ShouldBe(0.0125858667f, 1e-8);
        range.ToUnsigned().ZeroPoint.ShouldBe(144);
    }

    // 0.99^31 = 0.7323: at the usual rate the order of a few images decides, not their number.
    [Fact]
    public void Range_MovingAverageOf32Images_HasThreeQuartersOfTheFirst()
    {
        var range = Range("moving-average", Histograms.Of([[-2f, 3f], .. Enumerable.Repeat(new[] { 0f, 0f }, 31)]));

        range.Low.ShouldBe(-2 * .73230f, 1e-4);
        range.High.ShouldBe(3 * .73230f, 1e-4);
    }

    // By hand: state 1, 1.9, 2.71; sum 2, 0.9 * 2 + 4 = 5.8, 0.9 * 5.8 + 1 = 6.22. The low end is that of the values seen.
    [Fact]
    public void Range_MovingAverageAbsMax_IsSumOverState()
    {
        var histogram = Histograms.Of([-1f, 2f], [-1.5f, 4f], [-.5f, 1f]);

        var range = Range("moving-average-abs-max", histogram);

        range.High.ShouldBe((float)(6.22 / 2.71), 1e-6);
        range.Low.ShouldBe(-1.5f);
        CalibrationMethod.Parse("moving-average-abs-max").AbsoluteMaximum(histogram).ShouldBe((float)(6.22 / 2.71), 1e-6);
        Range("moving-average-abs-max:1", histogram).High.ShouldBe(7f / 3, 1e-6);
    }

    [Fact]
    public void Range_Average_IsTheMeanOverImages()
    {
        var range = Range("average", Published());

        range.Low.ShouldBe((-1.8102f - 2.2461f) / 2, 1e-6);
        range.High.ShouldBe((1.4027f + .6164f) / 2, 1e-6);
        CalibrationMethod.Parse("average").AbsoluteMaximum(Published()).ShouldBe((1.8102f + 2.2461f) / 2, 1e-6);
    }

    [Fact]
    public void Range_Percentile_CutsItsShareOfEachEnd()
    {
        // 10,000 values 0.01 .. 100 and their negatives: 99 % leaves 100 of 20,000 at each end.
        float[] positive = [.. Enumerable.Range(1, 10000).Select(i => i / 100f)];
        var histogram = Histograms.Of([.. positive, .. positive.Select(value => -value)]);

        var both = Range("percentile:99", histogram);
        var above = Range("percentile:99", Histograms.Of(positive));

        both.High.ShouldBe(99f, 0.03);
        both.Low.ShouldBe(-99f, 0.03);
        above.ShouldBe(new CalibrationRange(0, above.High));
        above.High.ShouldBe(99f, 0.03);
        CalibrationMethod.Parse("percentile:99").AbsoluteMaximum(histogram).ShouldBe(99f, 0.03);
    }

    [Fact]
    public void Range_PercentileWithLessThanOneValueToCut_IsMax()
    {
        float[] values = [.. Enumerable.Range(1, 9999).Select(i => i / 100f)];

        Range("percentile:99.99", Histograms.Of(values)).High.ShouldBe(99.99f);
        Range("percentile:99.99", Histograms.Of([.. values, 1000f])).High.ShouldBe(99.99f, 0.13);
        Range("percentile:100", Histograms.Of([.. values, 1000f])).High.ShouldBe(1000f);
    }

    [Fact]
    public void Range_HistogramPercent_IsTheCentreOfTheCrossingBin()
    {
        float[] values = [.. Enumerable.Range(1, 1000).Select(i => i / 1000f)];

        Range("histogram:0.9", Histograms.Of(values)).High.ShouldBe(0.9f, 0.0005);
        Range("histogram:0.9", Histograms.Of([.. values, .. values.Select(value => -value)])).Low.ShouldBe(-0.9f, 0.0005);
    }

    [Theory]
    [InlineData(2, false, 1.048, 8.26)]
    [InlineData(3, false, .6024, 13.91)]
    [InlineData(4, false, .3385, 19.26)]
    [InlineData(8, false, .03067, 40.57)]
    [InlineData(2, true, 0, 7.21)]
    [InlineData(3, true, 0, 13.29)]
    [InlineData(4, true, 0, 18.90)]
    [InlineData(8, true, 0, 40.54)]
    public void MeanSquare_BestUniformQuantizerOfAGaussian_IsThePublishedOne(int bits, bool narrow, double bestScale, double decibels)
    {
        var error = new QuantizationError(CalibrationView.Of(Gaussian.Histogram(7.9f)));
        int qmax = (1 << (bits - 1)) - 1;
        int qmin = narrow ? -qmax : -qmax - 1;
        (double least, float scale) = Enumerable.Range(0, 900)
            .Select(i => (float)(0.4 * Math.Pow(1.002, i) * 4 / (qmax + 1)))
            .Select(s => (error.MeanSquare(new QuantizationParameters(s, 0, qmin, qmax)), s))
            .Min();

        (-10 * Math.Log10(least)).ShouldBe(decibels, 0.006);
        if (bestScale > 0)
        {
            ((double)scale).ShouldBe(bestScale, bestScale * 0.01);
        }
    }

    [Fact]
    public void Range_MseOfAGaussian_IsNearThePublishedScale()
    {
        var histogram = Gaussian.Histogram(7.9f);
        var method = CalibrationMethod.Parse("mse");

        var eightBits = method.Range(histogram, ActivationBounds.None);
        var fourBits = method.Range(histogram, ActivationBounds.None, 16);

        ((eightBits.High - eightBits.Low) / 255.0).ShouldBe(.03067, .03067 * 0.01);
        ((fourBits.High - fourBits.Low) / 15.0).ShouldBe(.3385, .3385 * 0.03);
        (method.AbsoluteMaximum(histogram) / 127.0).ShouldBe(.0308, .0308 * 0.015);
    }

    [Fact]
    public void MeanSquare_OfSamples_AgreesWithQuantizingThem()
    {
        var random = new Random(2);
        float[] values = [.. Enumerable.Range(0, 100000)
            .Select(_ => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
        var error = new QuantizationError(CalibrationView.Of(Histograms.Of(values)));
        float[] fake = new float[values.Length];

        foreach (var parameters in new[]
        {
            QuantizationParameters.FromRange(
                -3f, 2f, 0, 255), QuantizationParameters.FromRange(-1f, 4f, 0, 15), QuantizationParameters.FromRange(0f, 9f, 0, 255),
        })
        {
            AffineQuantizer.FakeQuantize(values, parameters, fake);
            double expected = values.Zip(fake).Average(pair => Math.Pow((double)pair.First - pair.Second, 2));
            double mean = fake.Average(value => (double)value);
            double square = fake.Average(value => (double)value * value);

            error.MeanSquare(parameters).ShouldBe(expected, expected * 0.002);
            error.QuantizedMoments(parameters).Mean.ShouldBe(mean, 1e-4);
            error.QuantizedMoments(parameters).Square.ShouldBe(square, 1e-4);
            error.Moments().Square.ShouldBe(values.Average(value => (double)value * value), 1e-5);
        }
    }

    [Fact]
    public void AtLeast_AnyEnds_IsNoMoreThanTheWholeError()
    {
        var view = CalibrationView.Of(WithOutlier(300f));
        var error = new QuantizationError(view);
        var clipping = new ClippingError(view);

        for (float low = -6f; low < 0; low += 0.37f)
        {
            for (float high = 0.01f; high < 310f; high *= 1.7f)
            {
                var parameters = QuantizationParameters.FromRange(low, high, 0, 255);
                clipping.AtLeast(-parameters.Low, parameters.High).ShouldBeLessThanOrEqualTo(error.MeanSquare(parameters));
            }
        }

        // All but the whole bins' rounding is in it: of values 1, 2 and -3 those beyond 1.5 and -1 are 0.5 and 2 away.
        new ClippingError(CalibrationView.Of(Histograms.Of([1f, 2f, -3f]))).AtLeast(1, 1.5).ShouldBe((0.25 + 4) / 3, 0.01);
    }

    [Theory]
    [InlineData(300f)]
    [InlineData(6f)]
    public void Range_Mse_NoRangeOfTheGridIsBetter(float outlier)
    {
        var view = CalibrationView.Of(WithOutlier(outlier));
        var error = new QuantizationError(view);
        double least = error.MeanSquare(Range("mse", WithOutlier(outlier)).ToUnsigned());

        for (int j = 0; j <= 80; j++)
        {
            float factor = (float)Math.Pow(2, -j / 8.0);
            var candidate = new CalibrationRange(view.Min * factor, view.Max * factor).ToUnsigned();
            least.ShouldBeLessThanOrEqualTo(error.MeanSquare(candidate));
        }
    }

    [Theory]
    [InlineData(20f)]
    [InlineData(1000f)]
    public void Range_KlWithOneFarOutlier_ClipsIt(float outlier) =>
        Range("kl", WithOutlier(outlier)).High.ShouldBeInRange(3.5f, Math.Max(5f, outlier / 40));

    [Fact]
    public void Range_KlOfAReluWithMostlyZeros_DoesNotCollapse()
    {
        // 95 % zeros, and a peak next to zero that would draw the threshold in.
        long[] counts = Gaussian.Magnitudes(5, 5 * 1024, 1e8);
        counts[0] = 50_000_000;
        counts[1] = 40_000;
        var histogram = new ActivationHistogram("relu");
        histogram.Restore(3, counts, [], 2_000_000_000, [0f], [4.999f]);

        CalibrationMethod.Parse("kl").Range(histogram, new ActivationBounds(0f, null)).High.ShouldBeInRange(3.5f, 4.999f);
    }

    [Fact]
    public void Range_Emd_NeverLosesToKeepingTheWholeRange()
    {
        var view = CalibrationView.Of(WithOutlier(8f));
        var error = new QuantizationError(view);
        var range = Range("emd", WithOutlier(8f));

        range.High.ShouldBeInRange(0.3f * 8f - 1e-4f, 8f);
        Loss(range).ShouldBeLessThanOrEqualTo(Loss(new CalibrationRange(view.Min, view.Max)));

        double Loss(CalibrationRange candidate)
        {
            (double mean, double square) = error.Moments();
            (double quantizedMean, double quantizedSquare) = error.QuantizedMoments(candidate.ToUnsigned());
            return Math.Abs(mean - quantizedMean)
                + Math.Abs(Math.Sqrt(square - (mean * mean)) - Math.Sqrt(quantizedSquare - (quantizedMean * quantizedMean)));
        }
    }

    // A tensor that dips below the floor, as one observed in front of the activation function would.
    [Theory]
    [MemberData(nameof(Methods))]
    public void Range_WithFloorAndCeiling_StaysWithinThemAndHasTheSmallestZeroPoint(string method)
    {
        foreach (float ceiling in new[] { 6f, float.PositiveInfinity })
        {
            var range = CalibrationMethod.Parse(method).Range(WithOutlier(7.65f), new ActivationBounds(0, ceiling));

            range.Low.ShouldBe(0f);
            range.High.ShouldBeInRange(0.4f, Math.Min(ceiling, 8f));
            range.ToUnsigned().High.ShouldBeLessThanOrEqualTo(ceiling);
            range.ToUnsigned().ZeroPoint.ShouldBe(0);
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Range_AllZero_IsZeroWithScaleOne(string method)
    {
        var range = Range(method, Histograms.Of([0f, -0f, 0f]));

        range.ShouldBe(new CalibrationRange(0f, 0f));
        range.ToUnsigned().Scale.ShouldBe(1f);
        CalibrationMethod.Parse(method).AbsoluteMaximum(Histograms.Of([0f])).ShouldBe(0f);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Range_OnlyNegative_MirrorsThePositiveOne(string method)
    {
        float[] values = [.. First.Concat(Second).Select(MathF.Abs)];

        var positive = Range(method, Histograms.Of(values));
        var negative = Range(method, Histograms.Of([.. values.Select(value => -value)]));

        negative.ShouldBe(new CalibrationRange(-positive.High, 0f));
    }

    [Theory]
    [MemberData(nameof(WithinValues))]
    public void Range_OneValue_KeepsIt(string method) =>
        Range(method, Histograms.Of([0.7f, 0.7f])).High.ShouldBe(0.7f, 0.7 * 0.003);

    [Theory]
    [MemberData(nameof(Methods))]
    public void Range_NothingObserved_IsRefusedNamingTheTensor(string method) =>
        Should.Throw<KernelException>(() => Range(method, new ActivationHistogram("conv7"))).Message.ShouldContain("'conv7'");

    [Fact]
    public void Range_AlmostAllZeros_PercentileKeepsWhatIsLeft()
    {
        float[] values = new float[100_000];
        values[17] = 3f;

        Range("percentile:99.9", Histograms.Of(values)).High.ShouldBe(3f);
    }

    [Fact]
    public void Range_AnyTensorAndMethod_ContainsZeroWithinTheValuesSeen() =>
        Prop.ForAll(Gen.NonEmptyListOf(Gen.Choose(-5000, 20000).Select(n => n < 0 ? n / 333f : n / 777f)).ToArbitrary(), values =>
            CalibrationMethod.All.Where(method => method.Kind != CalibrationKind.PowerOfTwo).All(method =>
            {
                var histogram = Histograms.Of([.. values]);
                var range = method.Range(histogram, ActivationBounds.None);
                return range.Low <= 0
                    && range.High >= 0
                    && range.Low >= Math.Min(histogram.Min, 0)
                    && range.High <= Math.Max(histogram.Max, 0)
                    && range == method.Range(histogram, ActivationBounds.None)
                    && method.AbsoluteMaximum(histogram) <= Math.Max(histogram.Max, -histogram.Min);
            })).Check(Config.QuickThrowOnFailure.WithMaxTest(20));

    private static CalibrationRange Range(string method, ActivationHistogram histogram) =>
        CalibrationMethod.Parse(method).Range(histogram, ActivationBounds.None);

    private static ActivationHistogram Published() => Histograms.Of(First, Second);

    private static ActivationHistogram WithOutlier(float outlier)
    {
        var histogram = Gaussian.Histogram(5.2f, 1e7);
        histogram.Add([outlier]);
        return histogram;
    }
}
