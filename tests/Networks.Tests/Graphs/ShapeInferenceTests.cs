using static Cluster.Tests.GraphBuilder;

namespace Cluster.Networks.Tests.Graphs;

public sealed class ShapeInferenceTests
{
    [Theory]
    [InlineData(13)]
    [InlineData(22)]
    public void Infer_CeilModeWindowInTheEndPadding_IsDropped(int opset)
    {
        // 7 elements, pads 1 and 1, kernel 2, stride 2: positions at -1, 1, 3, 5 and, rounded up, 7, which is padding only.
        ModelGraph graph = new GraphBuilder(opset, -1, 1, 7)
            .Node("MaxPool", "x", "a", Ints("kernel_shape", [2]), Ints("strides", [2]), Ints("pads", [1, 1]), Int("ceil_mode", 1))
            .Node("Flatten", "a", "y").Build();

        ShapeInference.Infer(graph, 1)["y"].ShouldBe([1, 4]);
    }

    [Fact]
    public void Infer_LayoutOperators_GiveEachShape()
    {
        ModelGraph graph = new GraphBuilder(18, -1, 2, 3, 4)
            .Ints("target", 0, -1, 2).Ints("axes", 1, -1).Ints("mean", 2).Ints("pads", 1, 2).Ints("last", -1)
            .Node("Reshape", "x target", "a") // (N, 12, 2)
            .Node("Transpose", "a", "b", Ints("perm", [0, 2, 1])) // (N, 2, 12)
            .Node("Unsqueeze", "b axes", "c") // (N, 1, 2, 12, 1)
            .Node("Squeeze", "c axes", "d") // (N, 2, 12)
            .Node("ReduceMean", "d mean", "e", Int("keepdims", 1)) // (N, 2, 1)
            .Node("Pad", "e pads - last", "f") // (N, 2, 4)
            .Node("Concat", "f e", "g", Int("axis", -1)) // (N, 2, 5)
            .Node("Flatten", "g", "y", Int("axis", 2)).Build();

        IReadOnlyDictionary<string, long[]> shapes = ShapeInference.Infer(graph, 3);

        shapes["a"].ShouldBe([3, 12, 2]);
        shapes["b"].ShouldBe([3, 2, 12]);
        shapes["c"].ShouldBe([3, 1, 2, 12, 1]);
        shapes["d"].ShouldBe([3, 2, 12]);
        shapes["e"].ShouldBe([3, 2, 1]);
        shapes["f"].ShouldBe([3, 2, 4]);
        shapes["g"].ShouldBe([3, 2, 5]);
        shapes["y"].ShouldBe([6, 5]);
        shapes["target"].ShouldBe([3]);
    }

    [Fact]
    public void Infer_DerivedSizes_AreComputed()
    {
        ModelGraph graph = new GraphBuilder(13, -1, 3, 4).Ints("zero", 0).Ints("rest", -1)
            .Node("Shape", "x", "s").Node("Gather", "s zero", "n").Node("Concat", "n rest", "t", Int("axis", 0))
            .Node("Reshape", "x t", "a").Node("Shape", "a", "u").Node("ConstantOfShape", "u", "c").Node("Add", "a c", "y").Build();

        var found = ShapePropagation.Run(graph, 5);

        found.Shapes["y"].ShouldBe([5, 12]);
        found.Types["u"].ShouldBe(ElementType.Int64);
        found.Values["u"].Integers().ShouldBe([5, 12]);
    }

    [Fact]
    public void Normalize_LayerBehindASequence_HasTheShapeOfARun()
    {
        ModelGraph graph = GraphNormalizer.Normalize(Parted(new GraphBuilder(17, -1, 6), "x"));

        graph.Outputs[0].Shape.ShouldBe([-1, 2]);
        graph.Nodes[^1].OpType.ShouldBe("Gemm");
        ShapeInference.Infer(graph, 5)["a"].ShouldBe([5, 3]);
        GraphSummary.Of(graph).MultiplyAccumulates.ShouldBe(6);
    }

    // Behind the loop the rank is unknown, and behind a loop and a sequence once more.
    [Fact]
    public void Normalize_LayersBehindALoopAndASequence_HaveTheShapesOfRuns()
    {
        var builder = new GraphBuilder(17, -1, 6).Constant("times", TensorData.FromInt64([], [3]))
            .Constant("on", new TensorData(ElementType.Bool, [], new byte[] { 1 })).Floats("v", [6, 6], new float[36])
            .Node("Loop", "times on x", "h", ("body", new AttributeValue { Body = BodyDecoder.Decode(Body().ToByteString()) }))
            .Node("MatMul", "h v", "m");
        ModelGraph graph = GraphNormalizer.Normalize(Parted(builder, "m"));

        graph.Outputs[0].Shape.ShouldBe([-1, 2]);
        graph.Nodes.Count(node => node.OpType == "Gemm").ShouldBe(2);
        var shapes = ShapeInference.Infer(graph, 5);
        shapes["h"].ShouldBe([5, 6]);
        shapes["a"].ShouldBe([5, 3]);

        static GraphProto Body()
        {
            var body = new GraphProto
            {
                Name = "body",
                Node =
                {
                    new NodeProto { OpType = "Tanh", Input = { "h_in" }, Output = { "h_out" } },
                    new NodeProto { OpType = "Identity", Input = { "c_in" }, Output = { "c_out" } },
                },
            };
            body.Input.Add([Value("i", ElementType.Int64, 0), Value("c_in", ElementType.Bool, 0), Value("h_in", ElementType.Float, 2)]);
            body.Output.Add([Value("c_out", ElementType.Bool, 0), Value("h_out", ElementType.Float, 2)]);
            return body;
        }

        static ValueInfoProto Value(string name, ElementType type, int rank)
        {
            var shape = new TensorShapeProto();
            shape.Dim.AddRange(Enumerable.Range(0, rank).Select(_ => new TensorShapeProto.Types.Dimension()));
            var tensor = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape };
            return new() { Name = name, Type = new TypeProto { TensorType = tensor } };
        }
    }

    [Fact]
    public void Infer_SizeBehindASequenceThatTheInputsDecide_IsUnknown()
    {
        ModelGraph graph = new GraphBuilder(17, -1, 6).Constant("first", TensorData.FromInt64([], [0]))
            .Node("NonZero", "x", "n").Node("SequenceConstruct", "n", "s").Node("SequenceAt", "s first", "y").Build();

        ShapeInference.Infer(graph, 5)["y"].ShouldBe([2, -1]);
    }

    // Row 10 or more of a table of 3.
    [Fact]
    public void Normalize_NetworkThatTakesNoSampleOfARun_StatesNoShape()
    {
        ModelGraph graph = GraphNormalizer.Normalize(new GraphBuilder(17, -1, 6).Floats("ten", [], 10).Floats("t", [3, 6], new float[18])
            .Floats("w", [6, 2], new float[12]).Constant("first", TensorData.FromInt64([], [0]))
            .Node("Add", "x ten", "i").Node("Cast", "i", "j", Int("to", (long)ElementType.Int64)).Node("Gather", "t j", "g")
            .Node("SequenceConstruct", "g", "s").Node("SequenceAt", "s first", "a").Node("MatMul", "a w", "y").Build());

        graph.Nodes[^1].OpType.ShouldBe("MatMul");
        graph.Outputs[0].ShapeKnown.ShouldBeFalse();
        GraphSummary.Of(graph).MultiplyAccumulates.ShouldBe(0);
    }

    [Fact]
    public void Infer_Scalar_HasARank()
    {
        var found = ShapePropagation.Run(new GraphBuilder(17, -1, 6).Node("ReduceMax", "x", "y", Int("keepdims", 0)).Build(), 5);

        found.Shapes["y"].ShouldBeEmpty();
        found.HasRank("y").ShouldBeTrue();
    }

    [Theory]
    [InlineData("Conv", new long[] { 2, 2, 1, 1 }, "Node 'y' (Conv) combines an input [1,3,4,4] with a weight [2,2,1,1] in 1 groups; ")]
    [InlineData("ConvTranspose", new long[] { 2, 2, 1, 1 }, "Node 'y' (ConvTranspose) combines an input [1,3,4,4] with a weight [2,2,1,1]")]
    [InlineData("MatMul", new long[] { 3, 2 }, "Node 'y' (MatMul) reads [1,3,4,4] and [3,2], which ONNX Runtime refuses: ")]
    [InlineData("Add", new long[] { 3 }, "Node 'y' (Add) reads [1,3,4,4] and [3], which ONNX Runtime refuses: ")]
    public void Infer_MismatchedShapes_NamesNode(string operation, long[] weight, string said)
    {
        ModelGraph graph = new GraphBuilder(13, -1, 3, 4, 4).Floats("w", weight, new float[weight.Aggregate(1L, (a, b) => a * b)])
            .Node(operation, "x w", "y").Build();

        Should.Throw<KernelException>(() => ShapeInference.Infer(graph, 1)).Message.ShouldStartWith(said);
    }

    [Fact]
    public void Infer_WindowLargerThanItsInput_NamesTheNode()
    {
        ModelGraph graph = new GraphBuilder(13, -1, 1, 4).Floats("w", [1, 1, 7], new float[7]).Node("Conv", "x w", "y").Build();

        Should.Throw<KernelException>(() => ShapeInference.Infer(graph, 1)).Message.ShouldBe(
            "Node 'y' (Conv) has a window of 7 on an axis of 4 with pads 0 and 0; the window is larger than its input.");
    }

    [Fact]
    public void Infer_ReshapeToAnotherNumberOfElements_NamesTheNode()
    {
        ModelGraph graph = new GraphBuilder(13, -1, 3).Ints("t", 1, 3).Node("Reshape", "x t", "y").Build();

        Should.Throw<KernelException>(() => ShapeInference.Infer(graph, 2)).Message.ShouldBe(
            "Node 'y' (Reshape) turns [2,3] into [1,3]; the numbers of elements differ.");
    }

    [Fact]
    public void Infer_ValueOfMoreElementsThanAreTaken_NamesItsNode()
    {
        ModelGraph graph = new GraphBuilder(13, -1, 65_536, 1)
            .Floats("w", [1, 32_768], new float[32_768]).Node("MatMul", "x w", "y").Build();

        Should.Throw<KernelException>(() => ShapeInference.Infer(graph, 1)).Message.ShouldBe(
            "Node 'y' (MatMul) has an output of shape [1,65536,32768]; expected positive sizes and fewer than 2^31 elements.");
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void Infer_BatchOfMoreElementsThanAreTaken_IsRefused(long batch, bool isRefused)
    {
        ModelGraph graph = new GraphBuilder(13, -1, 1 << 15, 1 << 15).Node("Relu", "x", "y").Build();

        var refusal = Record.Exception(() => ShapeInference.Infer(graph, batch));

        refusal?.Message.ShouldBe(
            "The input 'x' has the shape [2,32768,32768] for 2 samples; expected fewer than 2^31 elements: choose a smaller batch or "
            + "smaller samples.");
        (refusal is KernelException).ShouldBe(isRefused);
    }

    [Fact]
    public void Of_ConvAndGemm_CountsParametersAndProducts()
    {
        ModelGraph graph = new GraphBuilder(13, -1, 4, 5, 5)
            .Floats("w", [6, 2, 3, 3], new float[108]).Floats("b", [6], new float[6]).Floats("v", [6, 10], new float[60])
            .Node("Conv", "x w b", "c", Int("group", 2))
            .Node("GlobalAveragePool", "c", "p")
            .Node("Flatten", "p", "f")
            .Node("Gemm", "f v", "y")
            .Build();

        GraphSummary summary = GraphSummary.Of(graph, 2);

        summary.Nodes.Select(node => node.MultiplyAccumulates).ShouldBe([2 * 6 * 3 * 3 * (2 * 3 * 3), 0, 0, 2 * 6 * 10]);
        summary.Nodes.Select(node => node.Parameters).ShouldBe([114, 0, 0, 60]);
        summary.Nodes[0].OutputShape.ShouldBe([2, 6, 3, 3]);
        summary.MultiplyAccumulates.ShouldBe(1944 + 120);
        summary.Parameters.ShouldBe(174);
    }

    // The first half of the columns, by way of a sequence, times a matrix.
    private static ModelGraph Parted(GraphBuilder builder, string whole) => builder
        .Constant("three", TensorData.FromInt64([], [3])).Constant("first", TensorData.FromInt64([], [0]))
        .Floats("w", [3, 2], new float[6])
        .Node("SplitToSequence", $"{whole} three", "s", Int("axis", 1)).Node("SequenceAt", "s first", "a").Node("MatMul", "a w", "y")
        .Build();
}
