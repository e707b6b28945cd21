namespace Cluster.Kernels.Tests.Quantization;

public sealed class PairedCodesTests
{
    [Theory]
    [InlineData(64, 64, 0)] // 255 * 128 = 32,640
    [InlineData(64, 65, 1)] // 255 * 129 = 32,895, where 16 bits end at 32,767
    [InlineData(-64, -64, 0)]
    [InlineData(-65, -64, 1)]
    [InlineData(127, 127, 126)]
    [InlineData(127, -127, 0)] // what one adds the other takes away
    [InlineData(-128, 0, 0)]
    public void Excess_Neighbours_IsAmountBeyondLimit(int first, int second, int excess) =>
        PairedCodes.Excess(first, second).ShouldBe(excess);

    [Fact]
    public void Of_Convolution_PairsInputChannelsOfAPosition()
    {
        // (O, I, kernel) = (1, 2, 2): elements are i0p0, i0p1, i1p0, i1p1.
        var pairs = PairedCodes.Of(Node("Conv"), [1, 2, 2])!.Value;

        Pairs(pairs, channel: 0).ShouldBe([(0, 2), (1, 3)]);
    }

    [Fact]
    public void Of_OddInputChannels_PairsAcrossPositions()
    {
        // (1, 3, 2): the reduction is i0p0 i1p0 | i2p0 i0p1 | i1p1 i2p1.
        var pairs = PairedCodes.Of(Node("Conv"), [1, 3, 2])!.Value;

        Pairs(pairs, channel: 0).ShouldBe([(0, 2), (4, 1), (3, 5)]);
    }

    [Fact]
    public void Of_Products_PairsAlongTheReduction()
    {
        Pairs(PairedCodes.Of(Node("MatMul"), [4, 3])!.Value, channel: 1).ShouldBe([(1, 4), (7, 10)]);
        Pairs(PairedCodes.Of(Node("Gemm"), [4, 3])!.Value, channel: 1).ShouldBe([(1, 4), (7, 10)]);
        Pairs(PairedCodes.Of(Node("Gemm", ("transB", 1)), [3, 4])!.Value, channel: 1).ShouldBe([(4, 5), (6, 7)]);
    }

    [Fact]
    public void Of_OddReduction_LeavesTheLastAlone() =>
        Pairs(PairedCodes.Of(Node("MatMul"), [3, 1])!.Value, channel: 0).ShouldBe([(0, 1)]);

    [Fact]
    public void Of_Depthwise_HasNone()
    {
        PairedCodes.Of(Node("Conv", ("group", 8)), [8, 1, 3, 3]).ShouldBeNull();
        PairedCodes.Of(Node("Conv", ("group", 4)), [8, 1, 3, 3]).ShouldNotBeNull("with two outputs a channel it is a product");
        PairedCodes.Of(Node("Conv", ("group", 2)), [8, 4, 3, 3]).ShouldNotBeNull();
    }

    [Fact]
    public void AreSafe_OneLargePair_IsNot()
    {
        var pairs = PairedCodes.Of(Node("MatMul"), [4, 1])!.Value;

        pairs.AreSafe([100, 28, -127, 127]).ShouldBeTrue();
        pairs.AreSafe([100, 29, 0, 0]).ShouldBeFalse();
        pairs.AreSafe([0, 100, 100, 0]).ShouldBeTrue("they are neighbours of different pairs");
    }

    private static (int First, int Second)[] Pairs(PairedCodes pairs, int channel) =>
        [.. Enumerable.Range(0, pairs.Pairs).Select(pair => pairs.Pair(channel, pair))];

    private static GraphNode Node(string type, params (string Name, long Value)[] attributes) => new(
        "n", type, ["x", "w"], ["y"], attributes.ToDictionary(entry => entry.Name, entry => AttributeValue.Of(entry.Value)));
}
