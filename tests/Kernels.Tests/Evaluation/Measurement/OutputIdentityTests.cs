namespace Cluster.Kernels.Tests.Evaluation.Measurement;

/// <summary>Channels of outputs by hand-computed sums: 3, 4 and 0.3, 0.4 have a signal of 25 and 0.25.</summary>
public class OutputIdentityTests
{
    private static readonly string[] Name = ["y"];

    [Fact]
    public void Add_TwoSamples_SumsEachChannel()
    {
        var sums = ChannelSums.For([2, 2]).ShouldHaveSingleItem();

        sums.Add([3, 0.3f, 4, 0.4f], [3, 0.2f, 4, 0.4f], [2, 2]);

        sums.Signal(0).ShouldBe(25, 1e-9);
        sums.Signal(1).ShouldBe(0.25, 1e-7);
        sums.Noise(0).ShouldBe(0);
        sums.Noise(1).ShouldBe(0.01, 1e-8);
        sums.Decibels(0).ShouldBe(double.PositiveInfinity);
        sums.Decibels(1).ShouldBe(10 * Math.Log10(25), 1e-5);
    }

    [Theory]
    [InlineData(new long[] { 5 }, new[] { 0 }, new[] { 1 })]
    [InlineData(new long[] { 5, 7 }, new[] { 1 }, new[] { 7 })]
    [InlineData(new long[] { 5, 7, 3 }, new[] { 1, 2 }, new[] { 7, 3 })]
    [InlineData(new long[] { 5, 7, 3, 4 }, new[] { 1 }, new[] { 7 })]
    public void For_Shape_TakesTheAxesOfChannels(long[] shape, int[] axes, int[] sizes)
    {
        var sums = ChannelSums.For(shape);

        sums.Select(one => one.Axis).ShouldBe(axes);
        sums.Select(one => one.Count).ShouldBe(sizes);
    }

    [Fact]
    public void Add_LastAxisOfThree_SumsColumns()
    {
        var columns = ChannelSums.For([1, 2, 2])[1];

        columns.Add([1, 10, 2, 20], [1, 10, 2, 10], [1, 2, 2]);

        columns.Signal(1).ShouldBe(500);
        columns.Noise(0).ShouldBe(0);
        columns.Noise(1).ShouldBe(100);
    }

    [Fact]
    public void Of_SmallChannelIsLost_IsSeenThoughTheSumIsGood()
    {
        // 500 beside 0.5: over the whole output there are 60 dB left.
        var lost = OutputIdentity.Of(Name, [Row(500, 0.5f)], [Row(500, 0)]);

        lost.ShouldNotBeNull().ToString().ShouldBe("output 'y', channel 1: 0.0 dB");
    }

    [Fact]
    public void Of_NoiseOfRounding_IsNone()
    {
        OutputIdentity.Of(Name, [Row(500, 0.5f)], [Row(500.0001f, 0.50001f)]).ShouldBeNull();

        // A sum that cancels leaves rounding of what was added, not of itself.
        OutputIdentity.Of(Name, [Row(500, 0)], [Row(500, 1e-6f)]).ShouldBeNull();
    }

    [Theory]
    [InlineData(0.5f, 1.1f, true)]
    [InlineData(5, 1.1f, false)]
    [InlineData(0.5f, float.NaN, false)]
    [InlineData(0.5f, float.PositiveInfinity, false)]
    public void Of_ChannelThatIsRoundingInOneNetworkItself_MayBeOtherRounding(float other, float rounded, bool isSame)
    {
        TensorData[] exact = [Row(500, 1)], found = [Row(500, 1 + other)];

        OutputIdentity.Of(Name, exact, found).ShouldNotBeNull();
        (OutputIdentity.Of(Name, exact, found, OutputIdentity.Least, new OtherRounding(exact, [Row(500, rounded)], 1000)) is null)
            .ShouldBe(isSame);
    }

    [Theory]
    [InlineData(float.NaN, float.NaN, true)]
    [InlineData(float.NegativeInfinity, float.NegativeInfinity, true)]
    [InlineData(float.NegativeInfinity, float.PositiveInfinity, false)]
    [InlineData(1, float.NaN, false)]
    [InlineData(float.NegativeInfinity, -3.4e38f, false)]
    public void Of_NotFinite_HasToBeTheSame(float before, float after, bool isSame) =>
        (OutputIdentity.Of(Name, [Row(1, before)], [Row(1, after)]) is null).ShouldBe(isSame);

    [Fact]
    public void Of_AnotherShapeOrType_HasNothingInCommon()
    {
        OutputIdentity.Of(Name, [Row(1, 2)], [TensorData.FromFloats([2, 1], [1, 2])])
            .ShouldNotBeNull().ToString().ShouldBe("output 'y': nothing in common");
        OutputIdentity.Of(Name, [Row(1, 2)], [TensorData.FromInt32([1, 2], [1, 2])]).ShouldNotBeNull();
        OutputIdentity.Of(Name, [TensorData.FromInt64([1, 2], [1, 7])], [TensorData.FromInt64([1, 2], [1, 7])]).ShouldBeNull();
        OutputIdentity.Of(Name, [TensorData.FromInt64([1, 2], [1, 7])], [TensorData.FromInt64([1, 2], [1, 6])]).ShouldNotBeNull();
    }

    private static TensorData Row(params float[] values) => TensorData.FromFloats([1, values.Length], values);
}
