using Cluster.Kernels.Execution;
using Cluster.Kernels.Execution.Files;
using Cluster.Kernels.Execution.Integers;
using Cluster.Kernels.Export;
using Cluster.Kernels.Graphs.Onnx;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Plans.Placement;
using Cluster.Kernels.Tensors;
using Cluster.Kernels.Tests.Graphs;
using static Cluster.Kernels.Tests.Graphs.GraphBuilder;

namespace Cluster.Kernels.Tests.Execution.Integers;

/// <summary>What layers on a device add in their own kernel, and where codes stay int8 between them.</summary>
public sealed class CodeFlowTests
{
    // c1 -> r1 -> c2 + r1 -> r2 -> c3 + r2 -> pool: both sums are the layers' before them, and all but the pool's input are codes.
    [Fact]
    public void Layers_OfResidualBlocks_AddThemselvesAndHandOnCodes()
    {
        using var model = Load(Convolved()
            .Node("Relu", "c1", "r1")
            .Node("Conv", "r1 w2", "c2", Nets.Same)
            .Node("Add", "r1 c2", "a1")
            .Node("Relu", "a1", "r2")
            .Node("Conv", "r2 w2", "c3", Nets.Same)
            .Node("Add", "c3 r2", "a2")
            .Node("GlobalAveragePool", "a2", "g")
            .Node("Flatten", "g", "y"));

        Sums(model).ShouldBe(["a1 + r1 -> r2", "a2 + r2 -> a2"]);
        Codes(model).ShouldBe(["r1", "r2"]);
    }

    // Two branches of layers: the later one adds, and the earlier one's codes are what it adds.
    [Fact]
    public void Layers_OfTwoBranches_TheLaterAdds()
    {
        using var model = Load(Convolved()
            .Node("Relu", "c1", "r1")
            .Node("Conv", "r1 w2", "c2", Nets.Same)
            .Node("Conv", "r1 w2", "c3", Nets.Same)
            .Node("Add", "c2 c3", "a")
            .Node("Relu", "a", "r2")
            .Node("Conv", "r2 w2", "c4", Nets.Same)
            .Node("Flatten", "c4", "y"));

        Sums(model).ShouldBe(["a + c2 -> r2"]);
        Codes(model).ShouldBe(["c2", "r1", "r2"]);
    }

    // The pooled pixels are spread over the image: no element of the layer's output has one of theirs beside it.
    [Fact]
    public void Layers_BeforeASumThatSpreadsAnOperand_DoNotAdd()
    {
        using var model = Load(Convolved()
            .Node("Relu", "c1", "r1")
            .Node("GlobalAveragePool", "r1", "g")
            .Node("Conv", "r1 w2", "c2", Nets.Same)
            .Node("Add", "c2 g", "a")
            .Node("Conv", "a w2", "c3", Nets.Same)
            .Node("Flatten", "c3", "y"));

        Sums(model).ShouldBeEmpty();
        Codes(model).ShouldBeEmpty();
    }

    // Another reader needs the layer's own output.
    [Fact]
    public void Layers_WithAnotherReader_DoNotAdd()
    {
        using var model = Load(Convolved()
            .Node("Relu", "c1", "r1")
            .Node("Conv", "r1 w2", "c2", Nets.Same)
            .Node("Add", "c2 r1", "a")
            .Node("Conv", "a w2", "c3", Nets.Same)
            .Node("Conv", "c2 w2", "c4", Nets.Same)
            .Node("Concat", "c3 c4", "j", Int("axis", 1))
            .Node("Flatten", "j", "y"));

        Sums(model).ShouldBeEmpty();
    }

    // On the processor whole numbers are added up in float32.
    [Fact]
    public void Layers_OnTheProcessor_AreNone()
    {
        using var model = Load(Convolved().Node("Flatten", "c1", "y"), ComputeDevice.Cpu);

        model.IntegerLayers.ShouldBeEmpty();
    }

    private static string[] Sums(QuantizedModel model) =>
        [.. Layers(model).Select(layer => layer.Sum).OfType<AbsorbedSum>()
            .Select(sum => $"{sum.Node.Output} + {sum.Addend} -> {sum.Output}")];

    // By the name that readers know them by.
    private static string[] Codes(QuantizedModel model) => [.. model.IntegerLayers
        .Where(layer => layer.Value.WritesCodes)
        .Select(layer => layer.Value.Result)
        .Order(StringComparer.Ordinal)];

    private static IEnumerable<IntegerLayer> Layers(QuantizedModel model) =>
        model.IntegerLayers.OrderBy(layer => layer.Key, StringComparer.Ordinal).Select(layer => layer.Value);

    private static GraphBuilder Convolved() => new GraphBuilder(14, -1, 3, 8, 8)
        .Floats("w1", [6, 3, 3, 3], Nets.Values(162, 1, 0.01))
        .Floats("w2", [6, 6, 3, 3], Nets.Values(324, 3, 0.2))
        .Node("Conv", "x w1", "c1", Nets.Same);

    private static QuantizedModel Load(GraphBuilder builder, ComputeDevice? device = null)
    {
        var graph = Nets.Group(builder.Build());
        using var float32 = new FloatNetwork(graph);
        var network = new PlanResolver(graph, Nets.Calibrate(float32, Nets.Noise(8, 3, 8, 8, 4))).Resolve(Nets.AllInt8(graph));
        return QuantizedModel.Load(OnnxWriter.Write(QdqExporter.Export(network)), "artefact", device ?? ComputeDevice.Emulated);
    }
}
