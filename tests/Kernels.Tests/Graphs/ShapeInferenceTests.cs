using Cluster.Kernels.Graphs.Inference;
using static Cluster.Kernels.Tests.Graphs.GraphBuilder;

namespace Cluster.Kernels.Tests.Graphs;

public sealed class ShapeInferenceTests
{
    [Theory]
    [InlineData(0, 224, 111)]
    [InlineData(1, 224, 112)]
    [InlineData(1, 223, 111)]
    public void Infer_MaxPoolWithCeilMode_RoundsUp(int ceil, int size, int expected)
    {
        ModelGraph graph = new GraphBuilder(13, -1, 1, size, size)
            .Node("MaxPool", "x", "y", Ints("kernel_shape", [3, 3]), Ints("strides", [2, 2]), Int("ceil_mode", ceil)).Build();

        ShapeInference.Infer(graph, 2)["y"].ShouldBe([2, 1, expected, expected]);
    }

    [Fact]
    public void Infer_CeilModeWindowInTheEndPadding_IsDropped()
    {
        // 4 elements, pads 1 and 1, kernel 1, stride 3: positions at -1, 2 and, rounded up, 5, which is padding only.
        ModelGraph graph = new GraphBuilder(13, -1, 1, 4)
            .Node("MaxPool", "x", "y", Ints("kernel_shape", [1]), Ints("strides", [3]), Ints("pads", [1, 1]), Int("ceil_mode", 1)).Build();

        ShapeInference.Infer(graph, 1)["y"].ShouldBe([1, 1, 2]);
    }

    [Fact]
    public void Infer_ConvTranspose_FollowsTheFormula()
    {
        ModelGraph graph = new GraphBuilder(13, -1, 4, 3, 5).Floats("w", [4, 2, 3, 2], new float[48])
            .Node("ConvTranspose", "x w", "y", Int("group", 2), Ints("strides", [2, 3]), Ints("pads", [1, 0, 0, 1]), Ints(
                "output_padding", [1, 0])).Build();

        // 2 * (3 - 1) + 1 + 3 - 1 = 7 and 3 * (5 - 1) + 2 - 1 = 13
        ShapeInference.Infer(graph, 1)["y"].ShouldBe([1, 4, 7, 13]);
    }

    [Theory]
    [InlineData(new long[] { 2, 3, 4 }, new long[] { 2, 4, 5 }, new long[] { 2, 3, 5 })]
    [InlineData(new long[] { 1, 3, 4 }, new long[] { 7, 4, 5 }, new long[] { 7, 3, 5 })]
    [InlineData(new long[] { 3, 4 }, new long[] { 4 }, new long[] { 3 })]
    [InlineData(new long[] { 4 }, new long[] { 2, 4, 5 }, new long[] { 2, 5 })]
    public void Infer_MatMul_BroadcastsAsNumpy(long[] left, long[] right, long[] expected)
    {
        ModelGraph graph = new GraphBuilder(13, left)
            .Floats("w", right, new float[right.Aggregate(1L, (a, b) => a * b)]).Node("MatMul", "x w", "y").Build();

        ShapeInference.Infer(graph, 1)["y"].ShouldBe(expected);
    }

    [Theory]
    [InlineData(0, long.MaxValue, 1, 10)]
    [InlineData(0, -1, 1, 9)]
    [InlineData(-3, long.MaxValue, 1, 3)]
    [InlineData(1, 8, 3, 3)]
    [InlineData(-1, long.MinValue, -1, 10)]
    [InlineData(9, 0, -4, 3)]
    [InlineData(2, 100, 2, 4)]
    public void Infer_Slice_ClampsAsOnnx(long start, long end, long step, long expected)
    {
        ModelGraph graph = new GraphBuilder(13, -1, 10)
            .Ints("starts", start).Ints("ends", end).Ints("axes", -1).Ints("steps", step)
            .Node("Slice", "x starts ends axes steps", "y").Build();

        ShapeInference.Infer(graph, 1)["y"].ShouldBe([1, expected]);
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
    public void Infer_ShapesThatDoNotFit_NamesTheNode()
    {
        ModelGraph graph = new GraphBuilder(13, -1, 3, 4, 4).Floats("w", [2, 2, 1, 1], new float[4]).Node("Conv", "x w", "y").Build();

        Should.Throw<KernelException>(() => ShapeInference.Infer(graph, 1))
            .Message.ShouldStartWith("Node 'y' (Conv) combines an input [1,3,4,4]");
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
}
