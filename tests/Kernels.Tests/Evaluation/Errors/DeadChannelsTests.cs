namespace Cluster.Kernels.Tests.Evaluation.Errors;

public sealed class DeadChannelsTests
{
    // Two channels of one scale: 200 x and factor * x, x from 0 to 255, where a step is 200.
    [Theory]
    [InlineData(0.1f, 0, true)]
    [InlineData(0.1f, 7, false)]
    [InlineData(20f, 0, false)]
    [InlineData(0f, 0, false)]
    public void Of_ChannelBelowHalfAStep_IsDeadUnlessItsBiasHolds(float factor, float bias, bool isDead)
    {
        var graph = Nets.Group(new GraphBuilder(13, -1, 1, 1, 1)
            .Floats("w", [2, 1, 1, 1], 200, factor).Floats("v", [2, 2, 1, 1], 1, 0, 0, 1).Floats("b", [2], 0, bias * 200)
            .Node("Conv", "x w", "c").Node("Conv", "c v b", "y").Build());
        var network = Nets.Quantized(graph, ("x", 1), ("c", 200));
        using var float32 = new FloatNetwork(graph);

        var sums = DeadChannels.Sums(float32, network, Nets.Images([1, 40, 90, 255, 7], 1, 1, 1, 2), 2, CancellationToken.None);
        DeadChannel[] dead = [.. DeadChannels.In(sums)];

        dead.Select(channel => (channel.Output, channel.Axis, channel.Channel, channel.Decibels)).ShouldBe(isDead ? [("y", 1, 1, 0)] : []);
    }

    // (samples, 2 rows, 2 columns): the second row and the second column are small.
    [Theory]
    [InlineData(new float[] { 1, 1, 0, 0 }, new[] { 1 }, new int[0])]
    [InlineData(new float[] { 1, 0, 1, 0 }, new int[0], new[] { 1 })]
    public void Of_RowsOfChannels_AreLookedAtAlongBothAxes(float[] large, int[] rows, int[] columns)
    {
        float[] weights = [.. large.Select(one => one == 1 ? 200f : 0.1f)];
        var graph = Nets.Group(new GraphBuilder(13, -1, 1, 1, 1)
            .Floats("w", [4, 1, 1, 1], weights)
            .Floats("v", [4, 4, 1, 1], 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1).Ints("shape", 0, 2, 2)
            .Node("Conv", "x w", "c").Node("Conv", "c v", "d").Node("Reshape", "d shape", "y").Build());
        var network = Nets.Quantized(graph, ("x", 1), ("c", 200));
        using var float32 = new FloatNetwork(graph);

        var sums = DeadChannels.Sums(float32, network, Nets.Images([1, 40, 90, 255], 1, 1, 1, 3), 1, CancellationToken.None);
        DeadChannel[] dead = [.. DeadChannels.In(sums)];

        dead.Where(channel => channel.Axis == 1).Select(channel => channel.Channel).ShouldBe(rows);
        dead.Where(channel => channel.Axis == 2).Select(channel => channel.Channel).ShouldBe(columns);
    }
}
