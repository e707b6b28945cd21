using Cluster.Learning.Reconstruction;
using static Cluster.Tests.GraphBuilder;

namespace Cluster.Export.Tests;

/// <summary>A ConvTranspose in INT8: a convolution, and a move of the blocks that it writes.</summary>
public sealed class BlockConvolutionTests
{
    // Strides, kernel, pads and output padding, each of rows and columns.
    public static TheoryData<long[], long[], long[], long[]> Windows => new()
    {
        { [2, 2], [2, 2], [0, 0, 0, 0], [0, 0] },
        { [2, 2], [4, 4], [1, 1, 1, 1], [0, 0] },
        { [2, 2], [3, 3], [1, 1, 1, 1], [1, 1] },
        { [3, 2], [3, 4], [0, 2, 0, 0], [0, 0] },
        { [1, 2], [3, 2], [1, 0, 1, 0], [0, 0] },
        { [4, 4], [8, 8], [2, 2, 2, 2], [0, 0] },
        { [2, 2], [5, 1], [2, 0, 2, 0], [1, 1] },
        { [2, 2], [6, 2], [4, 0, 0, 0], [0, 0] },
    };

    [Fact]
    public void Weights_KernelAsWideAsTheStride_AreAPointForEachPlaceOfTheBlock()
    {
        // (I, O, kernel): the first input gives 1 to 4 to the first output and 5 to 8 to the second, the other input ten times as much.
        var form = Form([2, 2], [0, 0, 0, 0], [0, 0], [2, 2, 2, 2]);

        form.Shape.ShouldBe([8, 2, 1, 1]);
        form.Weights<int>([1, 2, 3, 4, 5, 6, 7, 8, 10, 20, 30, 40, 50, 60, 70, 80])
            .ShouldBe([1, 10, 5, 50, 2, 20, 6, 60, 3, 30, 7, 70, 4, 40, 8, 80]);
        form.Repeated([0.5f, 0.25f]).ShouldBe([0.5f, 0.25f, 0.5f, 0.25f, 0.5f, 0.25f, 0.5f, 0.25f]);
    }

    [Fact]
    public void Weights_KernelTwiceAsWide_AreZeroOutsideOfTheirWindow()
    {
        // A row only: y[2q] = x[q - 1] w3 + x[q] w1, y[2q + 1] = x[q] w2 + x[q + 1] w0.
        var form = Form([1, 2], [0, 1, 0, 1], [0, 0], [2, 1, 1, 4]);

        form.Shape.ShouldBe([2, 2, 1, 3]);
        form.Weights<int>([1, 2, 3, 4, 10, 20, 30, 40]).ShouldBe([4, 2, 0, 40, 20, 0, 0, 3, 1, 0, 30, 10]);
    }

    [Theory]
    [InlineData(new long[] { 1, 1 }, new long[] { 1, 1, 1, 1 }, new long[] { 0, 0 }, new long[] { 2, 2, 3, 3 })] // no block
    [InlineData(new long[] { 2, 2 }, new long[] { 0, 0, 0, 0 }, new long[] { 0, 0 }, new long[] { 2, 2, 3, 3 })] // 2 H + 1 rows
    [InlineData(new long[] { 2, 2 }, new long[] { 0, 0, 0, 0 }, new long[] { 0, 0 }, new long[] { 3, 2, 2, 2 })] // neighbours
    [InlineData(new long[] { 2 }, new long[] { 0, 0 }, new long[] { 0 }, new long[] { 2, 2, 2 })] // no image
    public void Of_OtherForms_IsNone(long[] strides, long[] pads, long[] extra, long[] weight) =>
        BlockConvolution.Of(Node(strides, pads, extra), weight).ShouldBeNull();

    [Theory]
    [MemberData(nameof(Windows))]
    public void Form_EveryWindow_ComputesWhatOnnxRuntimeComputesOfTheLayer(long[] strides, long[] kernel, long[] pads, long[] extra)
    {
        foreach (bool isFree in new[] { false, true })
        {
            var graph = Network(strides, kernel, pads, extra, isFree);

            InRuntime.ShouldAgree(graph, InForm(graph), Nets.Random([3, 4, 5, 6], 3));
        }
    }

    [Fact]
    public void Form_SizesThatAreFree_TakesOthers()
    {
        var graph = Network([2, 2], [4, 4], [1, 1, 1, 1], [0, 0], isFree: true);

        InRuntime.ShouldAgree(graph, InForm(graph), Nets.Random([2, 4, 9, 3], 4));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Export_UNet_HasIntegerKernelsAndFloatOfTheUserWhereItIsFloat(bool isFree)
    {
        using var net = new Calibrated(Nets.Group(UNet(isFree)), Nets.Noise(16, 3, 8, 8, 4));
        var all = net.AllInt8("max");

        // Two of the three; the last convolution leads to the output alone.
        net.Graph.WeightedNodes.Select(node => node.OpType).ShouldBe(["Conv", "Conv", "ConvTranspose", "Conv", "ConvTranspose", "Conv"]);
        var file = QdqExporter.Export(all);
        var nodes = OptimizedGraph.Nodes(OnnxWriter.Write(file).Message);
        nodes.Count(node => node.OpType == "QLinearConv").ShouldBe(5);
        nodes.ShouldNotContain(node => node.OpType == "ConvTranspose" || node.OpType == "DepthToSpace");
        file.Nodes.Single(node => node.Name == "up1").OpType.ShouldBe("Conv");
        file.Nodes.Count(node => node.OpType == "Shape").ShouldBe(isFree ? 2 : 0);
        net.Check(all).Failure.ShouldBeNull();
        using var model = QuantizedModel.Load(ModelFile.Of(OnnxWriter.Write(file).Message), "file");
        float[] pixels = net.Images.Pixels(0);
        Nets.Distance(model.Run(pixels, [4, 3, 8, 8]), net.Float32.Run(pixels, [4, 3, 8, 8], all)).ShouldBe(0);

        // Kept in FP32, the layer is the user's.
        var mixed = net.Resolve(group => group.Name == "up1" ? GroupDecision.Baseline(group.Name) : Int8(group.Name));
        QdqExporter.Export(mixed).Nodes.Single(node => node.Name == "up1").OpType.ShouldBe("ConvTranspose");
        net.Check(mixed).Failure.ShouldBeNull();
    }

    [Fact]
    public void Export_PairSafe_HasNoProductsThatSaturate()
    {
        using var net = new Calibrated(Nets.Group(UNet(isFree: false)), Nets.Noise(16, 3, 8, 8, 4));
        var safe = net.Resolve(group => Int8(group.Name) with { Format = GroupFormat.Int8Safe });

        SaturatingProducts.In(QdqExporter.Export(safe, unsignedWeights: false)).ShouldBeEmpty();
        SaturatingProducts.In(QdqExporter.Export(net.AllInt8("max"), unsignedWeights: false)).ShouldContain("up1");
        net.Check(safe).Failure.ShouldBeNull();
    }

    [Theory]
    [InlineData("int8-tensor", "Conv")]
    [InlineData("int8-weights", "ConvTranspose")]
    [InlineData("w4a8", "Conv")]
    [InlineData("w4a4", "ConvTranspose")]
    public void Export_OtherFormats_AreTheSimulation(string format, string layer)
    {
        using var net = new Calibrated(Nets.Group(UNet(isFree: false)), Nets.Noise(16, 3, 8, 8, 4));
        var network = net.Resolve(group => GroupDecision.In(GroupFormat.Parse(format), group.Name, "max", biasCorrection: false));

        QdqExporter.Export(network).Nodes.Single(node => node.Name == "up1").OpType.ShouldBe(layer);
        net.Check(network).Failure.ShouldBeNull();
    }

    [Theory]
    [InlineData(ReconstructionMethod.AdaRound)]
    [InlineData(ReconstructionMethod.QDrop)]
    public void Export_LearnedRounding_IsTheSimulation(ReconstructionMethod method)
    {
        using var net = new Calibrated(Nets.Group(UNet(isFree: false)), Nets.Noise(16, 3, 8, 8, 4));
        var options = new ReconstructionOptions { Method = method, Iterations = 20, ActivationIterations = 1, BatchSize = 4 };
        var learned = new SmallReconstruction(net.Graph, net.Images, ReconstructionStart.Of(net.AllInt8())).Run(options).Parameters;

        learned.Weights.ShouldContainKey("up1");
        net.Check(net.Resolver.Resolve(Nets.AllInt8(net.Graph), learned)).Failure.ShouldBeNull();
    }

    private static GroupDecision Int8(string group) => GroupDecision.In(GroupFormat.Int8, group, "max", biasCorrection: false);

    private static GraphNode Node(long[] strides, long[] pads, long[] extra) => new(
        "t", "ConvTranspose", ["x", "w"], ["y"], Ints("strides", strides), Ints("pads", pads), Ints("output_padding", extra));

    private static BlockConvolution Form(long[] strides, long[] pads, long[] extra, long[] weight) =>
        BlockConvolution.Of(Node(strides, pads, extra), weight)!;

    // Four channels of 5 by 6 to three.
    private static ModelGraph Network(long[] strides, long[] kernel, long[] pads, long[] extra, bool isFree)
    {
        var graph = new GraphBuilder(13, -1, 4, 5, 6)
            .Floats("w", [4, 3, .. kernel], Nets.Values((int)(12 * kernel[0] * kernel[1]), 1)).Floats("b", [3], Nets.Values(3, 2))
            .Node("ConvTranspose", "x w b", "y", Ints("strides", strides), Ints("pads", pads), Ints("output_padding", extra)).Build();
        return Free(graph, isFree);
    }

    private static ModelGraph Free(ModelGraph graph, bool isFree) => isFree
        ? graph with { Inputs = [graph.Inputs[0] with { FreeAxes = [2, 3] }] }
        : graph;

    private static ModelGraph InForm(ModelGraph graph)
    {
        var (layer, constants) = (graph.Nodes[0], graph.Initializers.ToDictionary(StringComparer.Ordinal));
        var form = BlockConvolution.Of(layer, constants["w"].Shape)!;
        constants["w"] = TensorData.FromFloats(form.Shape, form.Weights(constants["w"].As<float>()));
        constants["b"] = TensorData.FromFloats([form.Shape[0]], form.Repeated(constants["b"].As<float>().ToArray()));
        var moves = new BlockMoves(graph, new NameSource(graph)).Of(layer, form, "blocks", "y", constants);
        return graph with
        {
            Nodes = [form.Convolution("t", [.. layer.Inputs], "blocks"), .. moves],
            Initializers = constants,
        };
    }

    // 3x8x8 pixels down to 2x2 and back, with skips.
    internal static ModelGraph UNet(bool isFree) => Free(
        new GraphBuilder(13, -1, 3, 8, 8)
            .Floats("w1", [4, 3, 3, 3], Nets.Values(108, 1, 0.3)).Floats("w2", [8, 4, 3, 3], Nets.Values(288, 2, 0.2))
            .Floats("t1", [8, 4, 2, 2], Nets.Values(128, 3, 0.3)).Floats("b1", [4], Nets.Values(4, 4))
            .Floats("w3", [4, 8, 3, 3], Nets.Values(288, 5, 0.2)).Floats("t2", [4, 4, 4, 4], Nets.Values(256, 6, 0.2))
            .Floats("w4", [2, 4, 1, 1], Nets.Values(8, 7))
            .Node("Conv", "x w1", "c1", Nets.Same).Node("Relu", "c1", "r1")
            .Node("MaxPool", "r1", "p1", Ints("kernel_shape", [2, 2]), Ints("strides", [2, 2]))
            .Node("Conv", "p1 w2", "c2", Nets.Same).Node("Relu", "c2", "r2")
            .Node("ConvTranspose", "r2 t1 b1", "up1", Ints("strides", [2, 2]))
            .Node("Concat", "up1 r1", "j", Int("axis", 1))
            .Node("Conv", "j w3", "c3", Nets.Same).Node("Relu", "c3", "r3")
            .Node("ConvTranspose", "r3 t2", "up2", Ints("strides", [2, 2]), Ints("pads", [1, 1, 1, 1])).Node("Relu", "up2", "r4")
            .Node("Conv", "r4 w4", "y").Build(),
        isFree);
}
