namespace Cluster.Kernels.Tests.Plans.Placement;

public sealed class OnnxRuntimeCpuPlacementTests
{
    [Fact]
    public void Place_ConvReluConv_QuantizesAfterTheActivationAndNeverTheOutput()
    {
        var graph = Nets.Group(new GraphBuilder(13, -1, 1, 4, 4)
            .Floats("w", [1, 1, 1, 1], 2)
            .Node("Conv", "x w", "c1").Node("Relu", "c1", "r1").Node("Conv", "r1 w", "c2").Node("Relu", "c2", "y").Build());

        Describe(graph, true, true).ShouldBe(["r1 at producer, group 0", "x at edge, group 0"]);
        Describe(graph, true, false).ShouldBe(["r1 at producer, group 0", "x at edge, group 0"]);
        Describe(graph, false, true).ShouldBeEmpty("a convolution whose output stays in float has no integer kernel");
        Describe(graph, false, false).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("LeakyRelu")]
    [InlineData("Elu")]
    [InlineData("Softplus")]
    [InlineData("InstanceNormalization")]
    public void Place_ConvolutionBeforeANodeInFloat_WritesCodesWhereAnIntegerKernelFollows(string type)
    {
        string read = type == "InstanceNormalization" ? "c1 one one" : "c1";
        var last = new GraphBuilder(13, -1, 1, 4, 4).Floats("w", [1, 1, 1, 1], 2).Floats("one", [1], 1).Node("Conv", "x w", "c1");
        var inner = new GraphBuilder(13, -1, 1, 4, 4).Floats("w", [1, 1, 1, 1], 2).Floats("v", [16, 2], Nets.Values(32, 1))
            .Floats("one", [1], 1).Node("Conv", "x w", "c1").Node(type, read, "n").Node("Flatten", "n", "f").Node("Gemm", "f v", "y");

        Describe(Nets.Group(last.Node(type, read, "y").Build()), true).ShouldBeEmpty();
        Describe(Nets.Group(inner.Build()), true, true).ShouldBe(
            ["c1 at producer, group 0", "f at producer, group 0, scale of n", "n at edge, group 0", "x at edge, group 0"]);
    }

    [Fact]
    public void Place_LastLayersThatMultiplyMatrices_StayInIntegersWithoutCodes()
    {
        var graph = Nets.Group(new GraphBuilder(13, -1, 1, 1, 2)
            .Floats("w", [2, 3], Nets.Values(6, 1)).Floats("v", [3, 2], Nets.Values(6, 2))
            .Node("Flatten", "x", "f").Node("Gemm", "f w", "a").Node("Relu", "a", "r").Node("MatMul", "r v", "m").Node("Sigmoid", "m", "y")
            .Build());

        Describe(graph, true, true, true).ShouldBe(["f at edge, group 1", "r at producer, group 1"]);
    }

    [Fact]
    public void Place_Residual_QuantizesBothInputsAndTheOutputOfTheAdd()
    {
        var graph = Nets.Group(Nets.Residual());

        Describe(graph, true, true, true, true).ShouldBe(
        [
            "c2 at producer, group 1", "f at producer, group 2, scale of g", "g at producer, group 2", "r1 at producer, group 0",
            "r2 at producer, group 1", "r3 at producer, group 2", "x at edge, group 0",
        ]);

        // The skip connection reads r1 through the pair that the convolution of its group needs anyway.
        Describe(graph, false, true, false, false).ShouldBe(["c2 at producer, group 1", "r1 at edge, group 1", "r2 at producer, group 1"]);
        Describe(graph, false, false, false, true).ShouldBe(["f at edge, group 3"]);
    }

    [Fact]
    public void Place_FloatReaderOfAnEdge_SeesTheFloatTensor()
    {
        var graph = Nets.Group(Nets.Residual());
        var first = Place(graph, false, true, false, false);
        var add = graph.Graph.Nodes.Single(node => node.OpType == "Add");
        var gemm = graph.Graph.Nodes.Single(node => node.OpType == "Gemm");

        first.PointFor("r1", add).ShouldNotBeNull();
        first.PointFor("r1", gemm).ShouldBeNull();
        first.HasQuantizedWeights(gemm).ShouldBeFalse();
        first.HasQuantizedWeights(graph.Groups[1].Nodes[0]).ShouldBeTrue();
        Place(graph, true, false, false, false).PointFor("r1", add).ShouldNotBeNull("a point at the producer is seen by every reader");
    }

    [Fact]
    public void Place_Concat_QuantizesEachInputAndTheOutput()
    {
        var graph = Nets.Group(new GraphBuilder(13, -1, 1, 4, 4)
            .Floats("w", [1, 1, 1, 1], 2).Floats("v", [1, 2, 1, 1], 1, 1)
            .Node("Conv", "x w", "a").Node("Conv", "x w", "b")
            .Node("Concat", "a b", "j", GraphBuilder.Int("axis", 1)).Node("Conv", "j v", "y").Build());

        Describe(graph, true, true, true, true).ShouldBe(
            ["a at producer, group 0", "b at producer, group 1", "j at producer, group 2", "x at edge, group 0"]);
        Describe(graph, false, false, true, false).ShouldBe(["a at edge, group 2", "b at edge, group 2", "j at producer, group 2"]);
    }

    [Fact]
    public void Place_Attention_ReadsEachFactorAtItsEdgeAndWritesWhatAnIntegerKernelReads()
    {
        var graph = Nets.Group(SmallNetworks.All["attention"]().Build());
        string[] factors = ["k at edge, group 4", "q at edge, group 4", "s at edge, group 4", "v at edge, group 4"];
        string[] written =
            ["o at producer, group 4, scale of o1", "o1 at producer, group 4", "o2 at producer, group 4, scale of o1"];

        Describe(graph, false, false, false, false, true, false).ShouldBe([.. factors, .. written], ignoreOrder: true);

        // The convolutions before it write codes, without which they would have no integer kernels; the last one has none.
        string[] layers =
        [
            "k1 at producer, group 2", "q1 at producer, group 1", "r1 at producer, group 0", "v1 at producer, group 3",
            "x at edge, group 0",
        ];
        Describe(graph, true, true, true, true, false, true).ShouldBe(layers);
        Describe(graph, true, true, true, true, true, true).ShouldBe([.. factors, .. written, .. layers], ignoreOrder: true);
    }

    [Fact]
    public void Place_SliceAndPad_ShareTheScaleOfWhatTheyMove()
    {
        var graph = Nets.Group(new GraphBuilder(13, -1, 2, 4, 4)
            .Floats("w", [2, 2, 1, 1], 1, 2, 3, 4).Floats("v", [4, 2, 1, 1], 1, 2, 3, 4, 5, 6, 7, 8).Floats("u", [1, 4, 1, 1], 1, 1, 1, 1)
            .Ints("starts", 0).Ints("ends", 4).Ints("axes", 2).Ints("steps", 1).Ints("pads", 0, 1, 0, 0, 0, 1, 0, 0)
            .Ints("s2", 0, 0).Ints("e2", 4, 4).Ints("a2", 2, 3).Ints("t2", 2, 2)
            .Node("Conv", "x w", "c").Node("Relu", "c", "r")
            .Node("Slice", "r s2 e2 a2 t2", "s").Node("Pad", "s pads", "p")
            .Node("Conv", "r v", "m", GraphBuilder.Ints("strides", [2, 2]))
            .Node("Add", "m p", "a").Node("Conv", "a u", "y").Build());

        Describe(graph, true, true, true).ShouldBe(
        [
            "a at producer, group 1", "m at producer, group 1", "p at producer, group 0, scale of r", "r at producer, group 0",
            "s at producer, group 0, scale of r", "x at edge, group 0",
        ]);
    }

    [Fact]
    public void Place_FinalGemmAndPooling_StaysInFloatAtTheOutput()
    {
        var graph = Nets.Group(new GraphBuilder(13, -1, 1, 4, 4)
            .Floats("w", [3, 1, 1, 1], 1, 2, 3)
            .Node("Conv", "x w", "c").Node("GlobalAveragePool", "c", "g").Node("Flatten", "g", "y").Build());

        // Only the pooling could use codes, and what follows it are the logits.
        Describe(graph, true).ShouldBe(["c at producer, group 0", "x at edge, group 0"]);
    }

    [Fact]
    public void Place_GroupWithoutIntegerKernel_IsIgnored()
    {
        var graph = Nets.Group(new GraphBuilder(13, -1, 1, 2, 2).Node("Sigmoid", "x", "y").Build());

        Describe(graph, true).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(SharedModels.All), MemberType = typeof(SharedModels))]
    public void Place_AnyPlanOfARealModel_KeepsItsPromises(string model)
    {
        var graph = Nets.Shared(model);
        var observed = CalibrationPass.ObservedTensors(graph).ToHashSet(StringComparer.Ordinal);
        var plans = Gen.Elements(true, false).ArrayOf(graph.Groups.Count).ToArbitrary();

        Prop.ForAll(plans, quantized => KeepsPromises(graph, quantized, observed)).QuickCheckThrowOnFailure();
        KeepsPromises(graph, [.. graph.Groups.Select(_ => true)], observed).ShouldBeTrue();
    }

    private static bool KeepsPromises(GroupedGraph graph, bool[] quantized, HashSet<string> observed)
    {
        var layout = OnnxRuntimeCpuPlacement.Place(graph, quantized);
        foreach (var group in graph.Groups)
        {
            foreach (var node in group.Nodes.Where(layout.HasQuantizedWeights))
            {
                quantized[group.Index].ShouldBeTrue();
                layout.PointFor(node.Inputs[0], node).ShouldNotBeNull($"input of {node.Name}");
            }

            foreach (var node in quantized[group.Index] ? group.Nodes.Where(node => graph.Roles.Of(node) == NodeRole.Weighted) : [])
            {
                string output = graph.FusedActivation(node.Output)?.Output ?? node.Output;
                layout.HasQuantizedWeights(node).ShouldBe(node.OpType != "Conv" || layout.ProducerPoint(output) is not null, node.Name);
            }
        }

        layout.Points.Keys.ShouldNotContain(graph.Output.Name);
        foreach (var point in layout.Points.Values)
        {
            quantized[point.Group].ShouldBeTrue();
            observed.ShouldContain(point.ScaleOf);
            if (layout.Points.TryGetValue(point.ScaleOf, out var owner))
            {
                owner.ScaleOf.ShouldBe(point.ScaleOf, "a chain leads to its beginning at once");
            }
            else
            {
                point.ScaleOf.ShouldBe(point.Tensor);
            }
        }

        return true;
    }

    private static QuantizationLayout Place(GroupedGraph graph, params bool[] quantized) => OnnxRuntimeCpuPlacement.Place(graph, quantized);

    private static IEnumerable<string> Describe(GroupedGraph graph, params bool[] quantized)
    {
        graph.Groups.Count.ShouldBe(quantized.Length);
        return Place(graph, quantized).Points.Values
            .Select(point =>
                $"{point.Tensor} at {(point.AtProducer ? "producer" : "edge")}, group "
                + $"{point.Group}{(point.ScaleOf == point.Tensor ? "" : $", scale of {point.ScaleOf}")}")
            .Order(StringComparer.Ordinal);
    }
}
