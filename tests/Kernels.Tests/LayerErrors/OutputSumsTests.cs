namespace Cluster.Kernels.Tests.LayerErrors;

public sealed class OutputSumsTests
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

        var sums = OutputSums.Of(float32, network, Nets.Images([1, 40, 90, 255, 7], 1, 1, 1, 2), 2, CancellationToken.None);
        DeadChannel[] dead = [.. sums.Dead];

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

        var sums = OutputSums.Of(float32, network, Nets.Images([1, 40, 90, 255], 1, 1, 1, 3), 1, CancellationToken.None);
        DeadChannel[] dead = [.. sums.Dead];

        dead.Where(channel => channel.Axis == 1).Select(channel => channel.Channel).ShouldBe(rows);
        dead.Where(channel => channel.Axis == 2).Select(channel => channel.Channel).ShouldBe(columns);
    }

    // Loud samples make up the power over all: 255 and 250 against 1, of which nothing is left.
    [Fact]
    public void Of_QuietSamples_AreCounted()
    {
        var sums = Sums(new GraphBuilder(13, -1, 1, 1, 1)
            .Floats("w", [1, 1, 1, 1], 1).Node("Conv", "x w", "c").Node("Conv", "c w", "y").Build(), [255, 1, 250, 1], scale: 10);

        sums.Channels.ShouldHaveSingleItem().Sums.Overall.ShouldBeGreaterThan(30);
        var samples = sums.Samples.ShouldHaveSingleItem().Sums;
        (samples.Below(5), samples.Count).ShouldBe((2, 4));
    }

    // The same four steps as an axis that the file leaves free hold no channels, with one more axis its last one does.
    [Theory]
    [InlineData(new long[] { 0, 4 }, new[] { 0 })]
    [InlineData(new long[] { 0, 2, 2 }, new[] { 2 })]
    public void Of_FreeAxis_HoldsNoChannels(long[] shape, int[] axes)
    {
        var graph = new GraphBuilder(13, -1, 1, 1, 1).Floats("w", [4, 1, 1, 1], 1, 2, 3, 4).Floats("v", [4, 4, 1, 1], Identity(4))
            .Ints("shape", shape).Node("Conv", "x w", "c").Node("Conv", "c v", "d").Node("Reshape", "d shape", "y").Build();
        string[] names = [.. shape.Select((_, axis) => axis == 1 ? "time" : "")];
        graph = graph with { Outputs = [graph.Outputs[0] with { Shape = [-1, .. shape.Skip(1)], AxisNames = names }] };
        graph = graph with { Inputs = [graph.Inputs[0] with { AxisNames = ["", "", "", "time"] }] };

        Sums(graph, [1, 40, 90], scale: 10).Channels.Select(output => output.Sums.Axis).ShouldBe(axes);
    }

    [Fact]
    public void Of_WholeNumbers_AreCountedWhereTheyChange()
    {
        var graph = new GraphBuilder(13, -1, 1, 1, 1).Floats("w", [2, 1, 1, 1], 1, 1.01f).Floats("v", [2, 2, 1, 1], Identity(2))
            .Node("Conv", "x w", "c").Node("Conv", "c v", "d").Node("ArgMax", "d", "y", GraphBuilder.Int("axis", 1)).Build();

        var sums = Sums(graph, [255, 250, 200], scale: 10);

        sums.Channels.ShouldBeEmpty();
        sums.Whole.ShouldHaveSingleItem().ShouldBe(("y", 3, 3)); // both channels have the same code, and the first of two wins
    }

    [Fact]
    public void Of_RowsOrderedByTopK_AreNotCompared()
    {
        var graph = new GraphBuilder(13, -1, 1, 1, 1).Floats("w", [4, 1, 1, 1], 1, 2, 3, 4).Ints("k", 2)
            .Node("Conv", "x w", "c").Nodes("TopK", "c k", ["y", "i"], GraphBuilder.Int("axis", 1)).Build();

        OrderedRows.In(graph).ShouldBe([graph.Outputs[0].Name], ignoreOrder: true);
    }

    private static OutputSums Sums(ModelGraph graph, byte[] images, float scale)
    {
        var grouped = Nets.Group(graph);
        using var float32 = new FloatNetwork(grouped);
        return OutputSums.Of(
            float32, Nets.Quantized(grouped, ("x", 1), ("c", scale)), Nets.Images(images, 1, 1, 1, 2), 2, CancellationToken.None);
    }

    private static float[] Identity(int size) =>
        [.. Enumerable.Range(0, size * size).Select(i => i / size == i % size ? 1f : 0f)];
}
