namespace Cluster.Networks.Tests.Graphs;

/// <summary>Networks that take a fixed number of samples, or one without an axis of samples, are given any number.</summary>
public sealed class SampleTurnsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Run_FixedBatch_GivesEachSampleItsOwn(int batch)
    {
        var fixedTo = new GraphBuilder(13, batch, 3).Node("Exp", "x", "y").Build();
        using var session = OrtSession.Open(OnnxWriter.Write(fixedTo), new OrtSessionOptions());
        float[] input = Nets.Values(15, 3); // 5 samples: the last turn is filled up

        var found = session.RunAll([TensorData.FromFloats([5, 3], input)])[0].Value;

        found.Shape.ShouldBe([5, 3]);
        found.As<float>().ToArray().ShouldBe([.. input.Select(MathF.Exp)], 1e-6f);
        float[] filled = new float[15];
        session.Run([TensorData.FromFloats([5, 3], input)], filled);
        filled.ShouldBe(found.As<float>().ToArray());
    }

    [Fact]
    public void Run_NoAxisOfSamples_HasOneOutside()
    {
        var graph = new GraphBuilder(13, 4).Node("Exp", "x", "y").Build();
        float[] input = Nets.Values(12, 3);
        using var session = OrtSession.Open(OnnxWriter.Write(graph), new OrtSessionOptions());
        using var network = new FloatNetwork(Nets.Group(graph));

        var found = session.RunAll([TensorData.FromFloats([3, 4], input)])[0].Value;

        found.Shape.ShouldBe([3, 4]);
        found.As<float>().ToArray().ShouldBe([.. input.Select(MathF.Exp)], 1e-6f);
        network.Run([TensorData.FromFloats([3, 4], input)]).ShouldBe(found.As<float>().ToArray(), 1e-6f);
    }

    [Fact]
    public void Run_FixedBatchBesideAFreeAxis_GivesEachSampleItsOwn()
    {
        var graph = new GraphBuilder(13, 1, 2).Node("Add", "x b", "y").Build();
        graph = graph with { Inputs = [.. graph.Inputs, new ValueInfo("b", ElementType.Float, [-1, 2])] };
        using var session = OrtSession.Open(OnnxWriter.Write(graph), new OrtSessionOptions());

        var found = session.RunAll([TensorData.FromFloats([2, 2], [1, 2, 3, 4]), TensorData.FromFloats([2, 2], [10, 20, 30, 40])])[0].Value;

        found.Shape.ShouldBe([2, 2]);
        found.As<float>().ToArray().ShouldBe([11, 22, 33, 44]);
    }

    [Fact]
    public void Joined_RowsThatDifferInNumber_AreFilledUpWithZeros()
    {
        var two = TensorData.FromFloats([1, 2, 2], [1, 2, 3, 4]);
        var one = TensorData.FromFloats([1, 2], [5, 6]); // a row taken for a sample
        var none = TensorData.FromFloats([1, 0, 2], []);

        var joined = SampleTurns.Joined([two, one, none]);

        joined.Shape.ShouldBe([3, 2, 2]);
        joined.As<float>().ToArray().ShouldBe([1, 2, 3, 4, 5, 6, 0, 0, 0, 0, 0, 0]);
    }

    [Fact]
    public void Fitted_OtherSizes_LeavesOutAndFillsUp()
    {
        var fitted = SampleTurns.Fitted(TensorData.FromFloats([1, 2, 3], [1, 2, 3, 4, 5, 6]), [-1, 3, 2]);

        fitted.Shape.ShouldBe([1, 3, 2]);
        fitted.As<float>().ToArray().ShouldBe([1, 2, 4, 5, 0, 0]);
    }

    // ONNX Runtime has no integer kernel for the product of a vector.
    [Fact]
    public void Group_VectorByAMatrix_IsALayerOfRows()
    {
        var graph = Nets.Group(new GraphBuilder(13, 4).Floats("w", [4, 3], Nets.Values(12, 1)).Floats("b", [3], 1, 2, 3)
            .Node("MatMul", "x w", "m").Node("Add", "m b", "y").Build());
        float[] input = Nets.Values(4, 3);
        using var network = new FloatNetwork(graph);

        graph.WeightedNodes.ShouldHaveSingleItem().OpType.ShouldBe("Gemm");
        network.Run([TensorData.FromFloats([1, 4], input)]).ShouldBe(
            InRuntime.Run(graph.Graph, TensorData.FromFloats([1, 4], input)), 1e-6f);
    }

    // A state with samples inside, as exporters of streaming networks write it.
    [Fact]
    public void Run_StateWithSamplesInside_IsOneSampleWhole()
    {
        var built = new GraphBuilder(13, 1, 2).Ints("first", 0).Ints("second", 1).Ints("axis", 0)
            .Node("Slice", "s first second axis", "h").Node("Mul", "h x3", "product").Node("Add", "s product", "t").Build();
        var graph = built with
        {
            Inputs = [.. built.Inputs, new ValueInfo("s", ElementType.Float, [2, 1, 2])],
            Nodes = [new GraphNode("u", "Unsqueeze", ["x", "axis"], ["x3"]), .. built.Nodes],
        };
        TensorData[] inputs = [TensorData.FromFloats([3, 2], Nets.Values(6, 1)), TensorData.FromFloats([3, 2, 1, 2], Nets.Values(12, 2))];
        using var session = OrtSession.Open(OnnxWriter.Write(graph), new OrtSessionOptions());
        using var network = new FloatNetwork(Nets.Group(graph));

        var found = session.RunAll(inputs)[0].Value;

        found.Shape.ShouldBe([3, 2, 1, 2]);
        float[] x = inputs[0].As<float>().ToArray();
        float[] s = inputs[1].As<float>().ToArray();
        float[] expected = [.. Enumerable.Range(0, 12).Select(i => s[i] + (s[(i / 4 * 4) + (i % 2)] * x[(i / 4 * 2) + (i % 2)]))];
        found.As<float>().ToArray().ShouldBe(expected, 1e-6f);
        network.Run(inputs).ShouldBe(expected, 1e-6f);
        session.Bind(inputs).Dispose();
    }
}
