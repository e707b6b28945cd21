namespace Cluster.Cli.Tests.Reproductions;

/// <summary>Sums in int32 hold so many products of the largest codes, and wrap around with one more (methods, section 7).</summary>
public sealed class IntegerProductTests
{
    [Theory]
    [InlineData(-128, -128, 131_071, 2_147_467_264)] // int8 by int8
    [InlineData(-128, -128, 131_072, int.MinValue)]
    [InlineData(255, -128, 65_793, -2_147_483_520)] // uint8 by int8
    [InlineData(255, -128, 65_794, 2_147_451_136)]
    public void Run_WorstCaseSum_FitsUpToThisDepth(int code, int weight, int depth, int expected)
    {
        var product = new IntegerProduct(
            [],
            new Window(depth, 1, 1, 1, 1),
            [[.. Enumerable.Repeat(weight, depth)]],
            [0],
            InputZero: 0,
            [FixedPointMultiplier.Of(1)],
            OutputZero: 0,
            int.MinValue,
            int.MaxValue);

        product.Run([.. Enumerable.Repeat(code, depth)]).ShouldBe([expected]);
    }
}
