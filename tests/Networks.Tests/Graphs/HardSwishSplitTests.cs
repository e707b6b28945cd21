using static Cluster.Tests.GraphBuilder;

namespace Cluster.Networks.Tests.Graphs;

public sealed class HardSwishSplitTests
{
    [Fact]
    public void Normalize_HardSwish_IsTheProductThatOnnxDefinesItAs()
    {
        var split = GraphNormalizer.Normalize(Whole());

        split.Nodes.Select(node => node.OpType).ShouldBe(["Conv", "HardSigmoid", "Mul", "Conv", "Flatten"]);
        split.Nodes.Select(node => node.Output).ShouldBeUnique();
        split.Nodes[2].Output.ShouldBe("h", "readers go on reading what they read");
        GraphNormalizer.Normalize(split).Nodes.Count.ShouldBe(split.Nodes.Count);
    }

    [Fact]
    public void Export_BothForms_HaveTheSameKernels() => Operators(Whole()).ShouldBe(Operators(Gated()));

    private static string[] Operators(ModelGraph graph)
    {
        using var net = new Calibrated(Nets.Group(graph), Nets.Noise(8, 3, 8, 8, 8));
        var exported = QdqExporter.Export(net.AllInt8("max"));
        return [.. exported.Nodes.Select(node => node.OpType).Order(StringComparer.Ordinal)];
    }

    private static ModelGraph Whole() => Convolved()
        .Node("HardSwish", "c1", "h")
        .Node("Conv", "h w2", "c2")
        .Node("Flatten", "c2", "y")
        .Build();

    private static ModelGraph Gated() => Convolved()
        .Node("HardSigmoid", "c1", "g", Float("alpha", 1 / 6f))
        .Node("Mul", "c1 g", "h")
        .Node("Conv", "h w2", "c2")
        .Node("Flatten", "c2", "y")
        .Build();

    private static GraphBuilder Convolved() => new GraphBuilder(14, -1, 3, 8, 8)
        .Floats("w1", [6, 3, 3, 3], Nets.Values(162, 1, 0.05))
        .Floats("w2", [2, 6, 3, 3], Nets.Values(108, 2, 0.2))
        .Node("Conv", "x w1", "c1", Nets.Same);
}
