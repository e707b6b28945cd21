namespace Cluster.Cli.Tests.Terminal;

public sealed class FiguresTests
{
    [Theory]
    [InlineData(0, "00:00")]
    [InlineData(-3, "00:00")]
    [InlineData(0.2, "00:01")]
    [InlineData(59.01, "01:00")]
    [InlineData(72, "01:12")]
    [InlineData(3599, "59:59")]
    [InlineData(3600, "1:00:00")]
    [InlineData(366_305, "101:45:05")]
    public void Clock_Seconds_ReadsAsAClock(double seconds, string expected) =>
        Figures.Clock(TimeSpan.FromSeconds(seconds)).ShouldBe(expected);

    [Fact]
    public void Clock_Unknown_IsDashes() => Figures.Clock(null).ShouldBe("--:--");

    [Theory]
    [InlineData(0.0649, "0.065")]
    [InlineData(0.9996, "1.00")]
    [InlineData(9.996, "10.0")]
    [InlineData(31.08, "31.1")]
    [InlineData(1263.4, "1263")]
    [InlineData(-0.31, "-0.310")]
    public void Milliseconds_Value_HasAboutThreeDigits(double ms, string expected) => Figures.Milliseconds(ms).ShouldBe(expected);

    [Theory]
    [InlineData(864, "864")]
    [InlineData(999.6, "1.00 k")]
    [InlineData(41_000_000, "41.0 M")]
    [InlineData(2_624_000_000, "2.62 G")]
    public void Count_Value_HasAPrefix(double count, string expected) => Figures.Count((long)Math.Round(count)).ShouldBe(expected);

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.00003, "3.0e-5")]
    [InlineData(0.00013, "0.00013")]
    [InlineData(0.0028, "0.0028")]
    [InlineData(0.162, "0.162")]
    public void Nats_Value_KeepsTwoDigits(double kl, string expected) => Figures.Nats(kl).ShouldBe(expected);

    [Fact]
    public void Points_TinyNegative_HasNoSign() => Figures.Points(-0.001).ShouldBe("0.00");

    [Fact]
    public void Points_HalfADigitComputedTwoWays_RoundsAlike()
    {
        Figures.Points(100 * ((482.0 / 800) - (477.0 / 800))).ShouldBe("0.63");
        Figures.Points(100 * (5.0 / 800)).ShouldBe("0.63");
        Figures.Points(100 * ((510.0 / 800) - (507.0 / 800))).ShouldBe("0.38");
    }

    [Fact]
    public void Percent_Huge_DoesNotOverflow() => Figures.Percent(1e40).ShouldEndWith("%");

    [Fact]
    public void Bytes_Value_IsDecimal()
    {
        Figures.Bytes(999).ShouldBe("999 B");
        Figures.Bytes(1_892_000).ShouldBe("1.89 MB");
        Figures.Bytes(null).ShouldBe("–");
    }

    [Fact]
    public void Shorten_LongName_KeepsBothEnds()
    {
        VisibleText.Shorten("features/stage3/block2/conv1/Conv", 16).ShouldBe("featu…conv1/Conv");
        VisibleText.Shorten("short", 16).ShouldBe("short");
    }

    [Fact]
    public void Clean_SteeringCharacters_BecomeVisible()
    {
        VisibleText.Clean("a\u001b[2J\r\n\u202eb\ud800c😀").ShouldBe("a\ufffd[2J\ufffd\ufffd\ufffdb\ufffdc😀");
    }
}
