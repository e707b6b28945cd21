using static Cluster.Tests.GraphBuilder;

namespace Cluster.Kernels.Tests.Plans.Placement;

/// <summary>Which tensors have one scale because a Concat or a Resize joins them.</summary>
public sealed class JoinedScalesTests
{
    // a = 2 x, b = x: a has twice the range of b, and so has the Concat.
    [Fact]
    public void Resolve_PartsThatOnlyAConcatReads_HaveTheScaleOfTheWhole()
    {
        using var net = Of(Parts().Node("Concat", "a b", "j", Int("axis", 1)).Node("Conv", "j v", "d"));

        var network = net.AllInt8("max");

        Scales(network, "a", "b", "j").ShouldAllBe(scale => scale == 510f / 255);
        net.Check(network).Passed.ShouldBeTrue();
    }

    // r is behind a Relu, which the runtime only fuses with its layer if the zero point is 0; -x is negative.
    [Fact]
    public void Resolve_ReluBesideNegativeNumbers_KeepsItsZeroPoint()
    {
        using var net = Of(Parts().Floats("m", [1, 1, 1, 1], -1).Node("Relu", "a", "r").Node("Conv", "x m", "n")
            .Node("Concat", "r n", "j", Int("axis", 1)).Node("Conv", "j v", "d"));

        var network = net.AllInt8("max");

        network.Parameters(network.Layout.Points["r"]).ZeroPoint.ShouldBe(0);
        network.Parameters(network.Layout.Points["j"]).ZeroPoint.ShouldBeGreaterThan(0);
        Scales(network, "n").ShouldBe(Scales(network, "j"));
        net.Check(network).Passed.ShouldBeTrue();
    }

    // In units of b's scale, a and the Concat have the scale f. Apart, the reader of b sees the error 1, and that of j sees f² in the half
    // that a makes and 1 + f² in the other: f² + 1.5 in sum. Joined, both see f².
    [Theory]
    [InlineData(1.2f, true)] // 2.94 and 2.88
    [InlineData(1.25f, false)] // 3.06 and 3.13
    [InlineData(4f, false)]
    public void Resolve_APartThatALayerReadsToo_IsJoinedIfErrorsDoNotGrow(float factor, bool isJoined)
    {
        using var net = Of(new GraphBuilder(13, -1, 1, 1, 4)
            .Floats("wa", [1, 1, 1, 1], factor).Floats("wb", [1, 1, 1, 1], 1).Floats("v", [1, 2, 1, 1], 1, 1).Floats("u", [1, 1, 1, 1], 1)
            .Node("Conv", "x wa", "a").Node("Conv", "x wb", "b", Ints("dilations", [2, 2]))
            .Node("Concat", "a b", "j", Int("axis", 1)).Node("Conv", "j v", "c").Node("Conv", "b u", "e").Node("Add", "c e", "d"));

        var network = net.AllInt8("max");

        Scales(network, "a").ShouldBe(Scales(network, "j"));
        (Scales(network, "b")[0] == Scales(network, "j")[0]).ShouldBe(isJoined);
    }

    // The Concat's scale would not be that of what the Resize repeats: then its codes could not be moved.
    [Fact]
    public void Resolve_RepeatedNeighbours_HaveTheScaleOfWhatIsRepeated()
    {
        using var net = Of(Parts().Floats("m", [1, 1, 1, 1], -1).Floats("two", [4], 1, 1, 1, 1)
            .Node("Relu", "a", "r").Node("Resize", "r - two", "z", Text("mode", "nearest")).Node("Conv", "x m", "n")
            .Node("Concat", "z n", "j", Int("axis", 1)).Node("Conv", "j v", "d"));

        var network = net.AllInt8("max");

        network.Layout.Points["z"].ScaleOf.ShouldBe(network.Layout.Points["r"].ScaleOf);
        Scales(network, "r").ShouldBe(Scales(network, "z"));
        net.Check(network).Passed.ShouldBeTrue();
    }

    [Fact]
    public void Resolve_FewerBits_JoinsNothing()
    {
        using var net = Of(Parts().Node("Concat", "a b", "j", Int("axis", 1)).Node("Conv", "j v", "d"));

        var network = net.Resolve(group => Decide.Integer("max", correctBias: false, 4, 4) with { Group = group.Name });

        network.Layout.Points.Values.ShouldAllBe(point => point.ScaleOf == point.RangeOf);
    }

    private static GraphBuilder Parts() => new GraphBuilder(13, -1, 1, 1, 4)
        .Floats("wa", [1, 1, 1, 1], 2).Floats("wb", [1, 1, 1, 1], 1).Floats("v", [1, 2, 1, 1], 1, 1)
        .Node("Conv", "x wa", "a").Node("Conv", "x wb", "b", Ints("dilations", [2, 2]));

    // A layer that leads to the output alone has no integer kernel.
    private static Calibrated Of(GraphBuilder network) => new(
        Nets.Group(network.Node("GlobalAveragePool", "d", "p").Node("Flatten", "p", "y").Build()),
        Nets.Images([0, 1, 100, 255, 17, 90, 200, 255], 1, 1, 4, 2));

    private static float[] Scales(QuantizedNetwork network, params string[] tensors) =>
        [.. tensors.Select(tensor => network.Parameters(network.Layout.Points[tensor]).Scale)];
}
