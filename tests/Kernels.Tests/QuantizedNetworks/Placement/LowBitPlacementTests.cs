namespace Cluster.Kernels.Tests.QuantizedNetworks.Placement;

public sealed class LowBitPlacementTests
{
    private static readonly GroupDecision W4A4 = Decide.Integer("max", false, 4, 4);

    [Fact]
    public void Place_Residual_QuantizesOnlyInputsOfWeightedNodes()
    {
        var graph = Nets.Group(Nets.Residual());

        // Neither the Add's other input c2, nor what is pooled, r3, nor the logits; after the Flatten, with the range before it.
        Describe(graph, W4A4, W4A4, W4A4, W4A4).ShouldBe(
            ["f at producer, group 3, scale of g", "r1 at producer, group 1", "r2 at producer, group 2", "x at edge, group 0"]);
        Describe(graph, Decide.Float32, W4A4, Decide.Float32, Decide.Float32).ShouldBe(["r1 at edge, group 1"]);
    }

    [Fact]
    public void Place_ShortcutOfAQuantizedTensor_ReadsItQuantized()
    {
        var graph = Nets.Group(Nets.Residual());
        var add = graph.Graph.Nodes.Single(node => node.OpType == "Add");

        LowBitPlacement.Place(graph, [W4A4, W4A4, W4A4, W4A4]).PointFor("r1", add).ShouldNotBeNull();
        LowBitPlacement.Place(graph, [Decide.Float32, W4A4, W4A4, W4A4]).PointFor("r1", add).ShouldBeNull();
        LowBitPlacement.Place(graph, [W4A4, W4A4, W4A4, W4A4]).ComputesInFloat.ShouldBeTrue();
    }

    [Fact]
    public void Place_ReadersOfDifferentWidth_TakeTheMostBits()
    {
        var graph = Nets.Group(new GraphBuilder(13, -1, 1, 2, 2).Floats("w", [1, 1, 1, 1], 2)
            .Node("Conv", "x w", "c1")
            .Node("Conv", "c1 w", "c2")
            .Node("Conv", "c1 w", "c3", GraphBuilder.Ints("dilations", [2, 2])) // not merged with c2
            .Node("Add", "c2 c3", "a")
            .Node("Flatten", "a", "y")
            .Build());
        GroupDecision[] settings = [W4A4, W4A4, Decide.Integer("max", false, 4, 6)];

        Describe(graph, settings).ShouldContain("c1 at producer, group 2");
        using var float32 = new FloatNetwork(graph);
        var network = new PlanResolver(graph, Nets.Calibrate(float32, Nets.Noise(4, 1, 2, 2, 2))).Resolve(settings);
        network.Parameters(network.Layout.Points["c1"]).Maximum.ShouldBe(63);
        network.Parameters(network.Layout.Points["x"]).Maximum.ShouldBe(15);
    }

    private static IEnumerable<string> Describe(
        GroupedGraph graph, params GroupDecision[] settings) =>
        LowBitPlacement.Place(graph, settings).Points.Values
            .Select(point =>
                $"{point.Tensor} {(point.AtProducer ? "at producer" : "at edge")}, group "
                + $"{point.Group}{(point.ScaleOf == point.Tensor ? "" : $", scale of {point.ScaleOf}")}")
            .Order(StringComparer.Ordinal);
}
