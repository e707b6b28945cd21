using FsCheck;
using FsCheck.Fluent;

namespace Cluster.Cli.Tests.Terminal;

public class FractionTests
{
    [Theory]
    [InlineData("0.5%", 0.005)]
    [InlineData("0.005", 0.005)]
    [InlineData("0", 0)]
    [InlineData("1%", 0.01)]
    [InlineData("12.5%", 0.125)]
    [InlineData("1e-3", 0.001)]
    public void Parse_Share_IsFraction(string text, double expected) => Fraction.Parse(text).ShouldBe(expected, 1e-15);

    [Theory]
    [InlineData("")]
    [InlineData("%")]
    [InlineData("half")]
    [InlineData("0,5%")]
    [InlineData("0.5 percent")]
    [InlineData("NaN")]
    [InlineData("1e999")]
    [InlineData("5%%")]
    public void Parse_Nonsense_SaysWhatToWrite(string text) =>
        Should.Throw<FormatException>(() => Fraction.Parse(text)).Message.ShouldContain("0.5%");

    [Fact]
    public void Parse_Percentage_IsHundredthOfNumber() => Prop.ForAll(
        ArbMap.Default.ArbFor<NormalFloat>(),
        number => Fraction.Parse(FormattableString.Invariant($"{number.Get:R}%")).Equals(number.Get / 100)).QuickCheckThrowOnFailure();
}
