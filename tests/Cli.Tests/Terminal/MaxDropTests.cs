namespace Cluster.Cli.Tests.Terminal;

public class MaxDropTests
{
    [Theory]
    [InlineData("0.5%", 0.005)]
    [InlineData("0.005", 0.005)]
    [InlineData("5%", 0.05)]
    [InlineData("0", 0)]
    [InlineData("20%-of-fp32", 0.2)]
    public void Warning_UsualBound_IsNone(string text, double share)
    {
        var drop = MaxDrop.Parse(text);
        drop.Value.ShouldBe(share, 1e-12);
        drop.Warning(new JobOptions()).ShouldBeNull();
    }

    [Theory]
    [InlineData("0.06", "--max-drop 0.06 accepts a loss of up to 6 points: write 0.06% for 0.06 points.")]
    [InlineData("20%", "--max-drop 20% accepts a loss of up to 20 points; 0.5% is usual.")]
    public void Warning_BoundAboveFivePoints_SaysWhatItMeansAndWhatWasProbablyMeant(string text, string expected) =>
        MaxDrop.Parse(text).Warning(new JobOptions()).ShouldBe(expected);

    [Theory]
    [InlineData("0.5", "--max-drop 0.5 is a fraction, 50 %: write 0.5%, or 50% if so much may be lost.")]
    [InlineData(
        "0.1-of-fp32", "--max-drop 0.1-of-fp32 is a fraction, 10 %: write 0.1%-of-fp32, or 10%-of-fp32 if so much may be lost.")]
    public void In_AFractionOfManyPoints_IsRefused(string text, string expected) =>
        Should.Throw<UsageException>(() => MaxDrop.Parse(text).In(new JobOptions())).Message.ShouldBe(expected);

    [Theory]
    [InlineData("50%", MetricKind.Top1)]
    [InlineData("0.099", MetricKind.Top1)]
    [InlineData("0.5", MetricKind.OutputKl)]
    public void In_ABoundThatIsMeant_IsTaken(string text, MetricKind metric) =>
        MaxDrop.Parse(text).In(new JobOptions { Metric = metric }).MaxDrop.ShouldBe(MaxDrop.Parse(text).Value);

    [Fact]
    public void Warning_AnotherMetric_IsNone() =>
        MaxDrop.Parse("0.5").Warning(new JobOptions { Metric = MetricKind.OutputKl }).ShouldBeNull();

    [Theory]
    [InlineData("20dB", MetricKind.OutputSqnr, 20, null)]
    [InlineData("0.1nats", MetricKind.OutputKl, 0.1, null)]
    [InlineData("0.1", MetricKind.OutputKl, 0.1, null)]
    [InlineData("4", MetricKind.Rmse, 4, null)]
    [InlineData("1%-of-fp32", MetricKind.Top5, 0.01, true)]
    public void In_UnitOfTheMetric_IsTaken(string text, MetricKind metric, double drop, bool? isRelative)
    {
        var options = MaxDrop.Parse(text).In(new JobOptions { Metric = metric });
        (options.MaxDrop, options.MaxDropIsRelative).ShouldBe((drop, isRelative));
    }

    [Theory]
    [InlineData("20dB", MetricKind.Top1, "--max-drop is given in dB, and top1 is bounded in shares or numbers; correct it")]
    [InlineData("1%", MetricKind.OutputKl, "--max-drop is given in %, and output-kl is bounded in nats; correct it")]
    [InlineData("1nats", MetricKind.OutputSqnr, "--max-drop is given in nats, and output-sqnr is bounded in dB; correct it")]
    [InlineData("2", MetricKind.Top1, "--max-drop must be a fraction from 0 to below 1, not 2")]
    [InlineData("1%-of-fp32", MetricKind.Rmse, "--max-drop must be a bound of rmse, which has no share of FP32's, not 0.01")]
    public void In_AnotherUnit_IsRefused(string text, MetricKind metric, string said) =>
        Should.Throw<UsageException>(() => MaxDrop.Parse(text).In(new JobOptions { Metric = metric })).Message.ShouldStartWith(said);

    [Theory]
    [InlineData("half")]
    [InlineData("dB")]
    [InlineData("")]
    public void Parse_NoNumber_SaysWhatIsExpected(string text) =>
        Should.Throw<FormatException>(() => MaxDrop.Parse(text)).Message.ShouldContain("is not a share");
}
