namespace Cluster.Cli.Tests.Reproductions;

public sealed class FixedPointMultiplierTests
{
    [Theory]
    [InlineData(0.0003, 1319413953, 11)]
    [InlineData(0.0072474, 1992150143, 7)]
    [InlineData(0.5, 1073741824, 0)]
    [InlineData(0.9999999999, 1073741824, -1)] // rounds to 1, which is 0.5 shifted to the left
    [InlineData(1.5, 1610612736, -1)]
    public void Of_Factor_IsThatOfThePaper(double factor, int mantissa, int shift)
    {
        FixedPointMultiplier.Of(factor).ShouldBe(new FixedPointMultiplier(mantissa, shift));
    }

    [Theory]
    [InlineData(0.25, 2, 1)] // 0.5, 1.5, -0.5, -1.5: halves go up
    [InlineData(0.25, 6, 2)]
    [InlineData(0.25, -2, 0)]
    [InlineData(0.25, -6, -1)]
    [InlineData(0.25, 5, 1)]
    [InlineData(0.25, -5, -1)]
    [InlineData(1.5, 7, 11)]
    [InlineData(0.0072474, 100000, 725)]
    public void Apply_Value_IsTheRoundedProduct(double factor, int value, int product) =>
        FixedPointMultiplier.Of(factor).Apply(value).ShouldBe(product);

    [Fact]
    public void Apply_AnyValue_IsARoundingOfTheRealProduct()
    {
        var random = new Random(2);
        for (int i = 0; i < 20_000; i++)
        {
            double factor = Math.Pow(2, -16 * random.NextDouble());
            int value = random.Next(-(1 << 24), 1 << 24);
            double exact = factor * value;

            // One rounding, and a factor of 31 bits.
            Math.Abs(FixedPointMultiplier.Of(factor).Apply(value) - exact).ShouldBeLessThanOrEqualTo(0.51, $"{factor} * {value}");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1e-12)]
    [InlineData(1e12)]
    public void Of_FactorOutOfRange_IsRefused(double factor) =>
        Should.Throw<ArgumentOutOfRangeException>(() => FixedPointMultiplier.Of(factor));
}
