using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Inference;
using Cluster.Kernels.Graphs.Onnx;
using Cluster.Kernels.Graphs.Passes;
using Cluster.Kernels.Tests.Graphs.Onnx;
using static Cluster.Kernels.Tests.Graphs.GraphBuilder;

namespace Cluster.Kernels.Tests.Graphs;

public sealed class GraphNormalizerTests
{
    [Fact]
    public void Normalize_CntkModelOfOpset8_BecomesBatchFreeAtOpset13()
    {
        ModelGraph read = OnnxReader.Read(SharedModels.Path("mnist/mnist-cntk-opset8"));
        read.Opset.ShouldBe(8);
        read.Inputs.ShouldHaveSingleItem().Shape.ShouldBe([1, 1, 28, 28]);

        ModelGraph graph = GraphNormalizer.Normalize(read);

        graph.Opset.ShouldBe(13);
        graph.FixedBatch.ShouldBe(1);
        graph.Inputs[0].Shape.ShouldBe([-1, 1, 28, 28]);
        graph.Outputs[0].Shape.ShouldBe([-1, 10]);
        graph.Nodes.Select(node => node.OpType).ShouldBe(["Conv", "Relu", "MaxPool", "Conv", "Relu", "MaxPool", "Reshape", "Gemm"]);
        graph.Nodes[0].GetInts("pads").ShouldBe([2, 2, 2, 2]); // 5x5, SAME_UPPER
        graph.Initializers[graph.Nodes[6].Inputs[1]].As<long>().ToArray().ShouldBe([0, 256]);
        graph.Initializers[graph.Nodes[7].Inputs[1]].Shape.ShouldBe([256, 10]);
    }

    [Fact]
    public void Normalize_TorchExport_ComputesThePadAmounts()
    {
        ModelGraph graph = GraphNormalizer.Normalize(OnnxReader.Read(SharedModels.Path("cifar10/resnet20-torch-export")));

        GraphNode[] pads = [.. graph.Nodes.Where(node => node.OpType == "Pad")];
        pads.Length.ShouldBe(2);
        graph.Initializers[pads[0].Inputs[1]].As<long>().ToArray().ShouldBe([0, 8, 0, 0, 0, 8, 0, 0]);
        graph.Initializers[pads[1].Inputs[1]].As<long>().ToArray().ShouldBe([0, 16, 0, 0, 0, 16, 0, 0]);
        graph.Nodes.Count.ShouldBe(19 + 19 + 9 + 4 + 2 + 1 + 1 + 1); // Conv, Relu, Add, Slice, Pad, GlobalAveragePool, Flatten, Gemm
    }

    [Fact]
    public void Normalize_ReshapeToTheBatchOfAShapeNode_KeepsTheBatchFree()
    {
        // x.view(x.size(0), -1) as torch exports it.
        ModelGraph graph = GraphNormalizer.Normalize(new GraphBuilder(13, -1, 2, 3, 4)
            .Constant("zero", TensorData.FromInt64([], [0])).Ints("axes", 0).Ints("rest", -1)
            .Node("Shape", "x", "s").Node("Gather", "s zero", "n").Node("Unsqueeze", "n axes", "u")
            .Node("Concat", "u rest", "t", Int("axis", 0)).Node("Reshape", "x t", "y").Build());

        GraphNode reshape = graph.Nodes.ShouldHaveSingleItem();
        graph.Initializers[reshape.Inputs[1]].As<long>().ToArray().ShouldBe([0, -1]);
        ShapeInference.Infer(graph, 7)["y"].ShouldBe([7, 24]);
    }

    [Fact]
    public void Normalize_ReshapeToAMultipleOfTheBatch_LeavesThatDimensionFree()
    {
        ModelGraph graph = GraphNormalizer.Normalize(new GraphBuilder(13, -1, 6)
            .Ints("zero", 0).Ints("one", 1).Ints("two", 2).Ints("three", 3)
            .Node("Shape", "x", "s").Node("Slice", "s zero one", "n").Node("Mul", "n two", "m")
            .Node("Concat", "m three", "t", Int("axis", 0)).Node("Reshape", "x t", "y").Build());

        GraphNode reshape = graph.Nodes.ShouldHaveSingleItem();
        graph.Initializers[reshape.Inputs[1]].As<long>().ToArray().ShouldBe([-1, 3]);
    }

    [Fact]
    public void Normalize_OldAttributes_BecomeInputs()
    {
        ModelGraph graph = GraphNormalizer.Normalize(new GraphBuilder(8, -1, 2, 5, 4)
            .Node("Clip", "x", "c", Float("min", -1f), Float("max", 6f))
            .Node("Slice", "c", "s", Ints("starts", [1]), Ints("ends", [4]), Ints("axes", [2]))
            .Node("Pad", "s", "p", Ints("pads", [0, 0, 1, 0, 0, 0, 0, 1]), Float("value", 2f))
            .Node("Unsqueeze", "p", "u", Ints("axes", [1]))
            .Node("Squeeze", "u", "q", Ints("axes", [1]))
            .Node("Dropout", "q", "d", Float("ratio", .5f))
            .Node("Relu", "d", "y").Build());

        graph.Nodes.Select(node => node.OpType).ShouldBe(["Clip", "Slice", "Pad", "Unsqueeze", "Squeeze", "Relu"]);
        graph.Nodes.ShouldAllBe(node => node.Attributes.Count == 0);
        graph.Initializers[graph.Nodes[0].Inputs[2]].As<float>().ToArray().ShouldBe([6f]);
        graph.Initializers[graph.Nodes[1].Inputs[1]].As<long>().ToArray().ShouldBe([1]);
        graph.Initializers[graph.Nodes[2].Inputs[2]].As<float>().ToArray().ShouldBe([2f]);
        ShapeInference.Infer(graph, 3)["y"].ShouldBe([3, 2, 4, 5]);
    }

    [Fact]
    public void Normalize_ClipWithoutMinimum_LeavesThatInputAbsent()
    {
        ModelGraph graph = GraphNormalizer.Normalize(new GraphBuilder(10, -1, 2).Node("Clip", "x", "y", Float("max", 6f)).Build());

        graph.Nodes[0].Inputs.Count.ShouldBe(3);
        graph.Nodes[0].HasInput(1).ShouldBeFalse();
        graph.Nodes[0].HasInput(2).ShouldBeTrue();
    }

    [Theory]
    [InlineData(8, "x")]
    [InlineData(10, "x")]
    [InlineData(11, "x - -")]
    [InlineData(13, "x -")]
    public void Normalize_ClipWithoutBounds_IsRemoved(int opset, string inputs)
    {
        ModelGraph graph = GraphNormalizer.Normalize(
            new GraphBuilder(opset, -1, 2).Node("Clip", inputs, "c").Node("Relu", "c", "y").Build());

        graph.Nodes.ShouldHaveSingleItem().Inputs.ShouldBe(["x"]);
    }

    [Theory]
    [InlineData("SAME_UPPER", new long[] { 0, 1, 1, 1 })]
    [InlineData("SAME_LOWER", new long[] { 1, 1, 0, 1 })]
    [InlineData("VALID", new long[] { 0, 0, 0, 0 })]
    public void Normalize_AutoPad_BecomesExplicitPads(string mode, long[] pads)
    {
        // Height 6, kernel 3, stride 2: 3 positions need 7 rows, one more than there are; width 5 needs 7 columns.
        ModelGraph graph = GraphNormalizer.Normalize(new GraphBuilder(11, -1, 1, 6, 5)
            .Floats("w", [1, 1, 3, 3], new float[9])
            .Node("Conv", "x w", "y", Text("auto_pad", mode), Ints("strides", [2, 2])).Build());

        GraphNode conv = graph.Nodes.ShouldHaveSingleItem();
        conv.GetInts("pads").ShouldBe(pads);
        conv.GetInts("kernel_shape").ShouldBe([3, 3]);
        conv.GetInts("dilations").ShouldBe([1, 1]);
        conv.GetInt("group", 0).ShouldBe(1);
        conv.Attributes.ContainsKey("auto_pad").ShouldBeFalse();
        ShapeInference.Infer(graph, 1)["y"].ShouldBe(mode == "VALID" ? [1, 1, 2, 2] : [1, 1, 3, 3]);
    }

    [Fact]
    public void Normalize_AutoPadWithDilations_IsRefused()
    {
        ModelGraph graph = new GraphBuilder(13, -1, 1, 6, 5)
            .Node("MaxPool", "x", "y", Text("auto_pad", "SAME_UPPER"), Ints("kernel_shape", [2, 2]), Ints("dilations", [2, 2])).Build();

        Should.Throw<KernelException>(() => GraphNormalizer.Normalize(graph)).Message.ShouldContain("which runtimes compute differently");
    }

    [Fact]
    public void Normalize_OutputWithoutShape_GetsTheInferredOne()
    {
        ModelGraph graph = GraphNormalizer.Normalize(new GraphBuilder(13, -1, 2, 3).Node("Flatten", "x", "y").Build());

        graph.Outputs[0].ShapeKnown.ShouldBeTrue();
        graph.Outputs[0].Shape.ShouldBe([-1, 6]);
    }

    [Theory]
    [InlineData("Softmax")]
    [InlineData("LogSoftmax")]
    public void Normalize_SoftmaxOfOpset11OverChannels_NamesItsAxis(string type)
    {
        ModelGraph graph = GraphNormalizer.Normalize(new GraphBuilder(11, -1, 10, 1, 1).Node(type, "x", "y").Build());

        graph.Nodes[0].GetInt("axis", -9).ShouldBe(1);
    }

    [Fact]
    public void Normalize_AverageOfWindowsWithGaps_IsRefused()
    {
        ModelGraph graph = new GraphBuilder(19, -1, 2, 6, 6)
            .Node("AveragePool", "x", "y", Ints("kernel_shape", [2, 2]), Ints("dilations", [2, 1])).Build();

        Should.Throw<KernelException>(() => GraphNormalizer.Normalize(graph)).Message.ShouldContain(
            "Node 'y' (AveragePool) averages windows with gaps (dilations), which is not supported");
    }

    [Theory]
    [InlineData("Softmax")]
    [InlineData("LogSoftmax")]
    public void Normalize_SoftmaxOfOpset11OverSeveralAxes_IsRefused(string type)
    {
        ModelGraph graph = new GraphBuilder(11, -1, 10, 2, 1).Node(type, "x", "y").Build();

        Should.Throw<KernelException>(() => GraphNormalizer.Normalize(graph)).Message.ShouldContain($"Node 'y' ({type})");
    }

    [Fact]
    public void Normalize_IdentityAtTheOutput_KeepsTheOutputsName()
    {
        ModelGraph graph = GraphNormalizer.Normalize(new GraphBuilder(13, -1, 4)
            .Node("Relu", "x", "r").Node("Cast", "r", "c", Int("to", 1)).Node("Identity", "c", "y").Build(-1, 4));

        GraphNode relu = graph.Nodes.ShouldHaveSingleItem();
        relu.OpType.ShouldBe("Relu");
        relu.Output.ShouldBe("y");
    }

    [Fact]
    public void Normalize_NodesThatNoOutputNeeds_AreRemoved()
    {
        ModelGraph graph = GraphNormalizer.Normalize(new GraphBuilder(13, -1, 4)
            .Floats("unused", [2], 1, 2).Node("Loop", "x", "never").Node("Relu", "x", "y").Build());

        graph.Nodes.ShouldHaveSingleItem().OpType.ShouldBe("Relu");
        graph.Initializers.ShouldBeEmpty();
    }

    [Fact]
    public void Normalize_FixedBatchThatIsTransposedAway_StaysFixed()
    {
        ModelGraph graph = GraphNormalizer.Normalize(new GraphBuilder(13, 1, 4).Node("Transpose", "x", "y").Build(4, 1));

        graph.FixedBatch.ShouldBeNull();
        graph.Inputs[0].Shape.ShouldBe([1, 4]);
    }

    [Fact]
    public void Normalize_FreeBatchReshapedToOne_BecomesTrulyFree()
    {
        ModelGraph graph = GraphNormalizer.Normalize(new GraphBuilder(13, -1, 2, 3)
            .Ints("t", 1, 6).Node("Reshape", "x t", "y").Build(1, 6));

        graph.FixedBatch.ShouldBe(1);
        ShapeInference.Infer(graph, 5)["y"].ShouldBe([5, 6]);
    }

    [Theory]
    [InlineData("RNN")]
    [InlineData("TopK")]
    [InlineData("QuantizeLinear")]
    public void Normalize_UnsupportedOperator_NamesNodeAndOperator(string opType)
    {
        ModelGraph graph = new GraphBuilder(9, -1, 2, 3, 3).Node(opType, "x", "y").Build();

        string message = Should.Throw<KernelException>(() => GraphNormalizer.Normalize(graph)).Message;

        message.ShouldStartWith($"Node 'y' has the operator {opType}, which is not supported;");
    }

    [Fact]
    public void Normalize_SeveralUnsupportedOperators_NamesThemAll()
    {
        ModelGraph graph = new GraphBuilder(13, -1, 2, 3, 3)
            .Node("TopK", "x", "a").Node("RNN", "a", "b").Node("TopK", "b", "y").Build();

        Should.Throw<KernelException>(() => GraphNormalizer.Normalize(graph)).Message.ShouldBe(
            "Node 'a' has the operator TopK, and 1 more have it, which is not supported; docs/operators.md lists those that are. "
            + "Node 'b' has the operator RNN, which is not supported; docs/operators.md lists those that are.");
    }

    [Fact]
    public void Normalize_ComputedConvWeight_IsRefused()
    {
        ModelGraph graph = new GraphBuilder(13, -1, 1, 1, 1).Node("Relu", "x", "w").Node("Conv", "x w", "y").Build();

        Should.Throw<KernelException>(() => GraphNormalizer.Normalize(graph))
            .Message.ShouldContain("Node 'y' (Conv) computes its input 1 ('w')");
    }

    [Fact]
    public void Normalize_FreeImageSize_IsRefused()
    {
        ModelGraph graph = new GraphBuilder(13, -1, 3, -1, -1).Node("Relu", "x", "y").Build();

        Should.Throw<KernelException>(() => GraphNormalizer.Normalize(graph)).Message.ShouldContain("[?,3,?,?]");
    }
}
