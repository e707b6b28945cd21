using static Cluster.Tests.GraphBuilder;

namespace Cluster.Kernels.Tests.Correction;

public sealed class ChannelEqualizationTests
{
    public static TheoryData<string> Names => SmallNetworks.Names;

    [Fact]
    public void Of_TwoLayersByHand_MeetInTheGeometricMean()
    {
        // r1 = 8, r2 = 0.5: S = 4, both 2; the bias goes with the first layer. Channel 1: r1 = 1, r2 = 9: S = 1/3, both 3.
        var result = ChannelEqualization.Of(Normal(new GraphBuilder(13, -1, 1, 1, 1)
            .Floats("w", [2, 1, 1, 1], 8, -1).Floats("b", [2], 6, 1).Floats("v", [2, 2], 0.5f, 9, -0.25f, 3)
            .Node("Conv", "x w b", "c")
            .Node("Relu", "c", "r")
            .Node("Flatten", "r", "f")
            .Node("Gemm", "f v", "y", Int("transB", 1))
            .Build(-1, 2)));

        result.Graph.Initializers["w"].As<float>().ToArray().ShouldBe([2, -3], 1e-6);
        result.Graph.Initializers["b"].As<float>().ToArray().ShouldBe([1.5f, 3], 1e-6);
        result.Graph.Initializers["v"].As<float>().ToArray().ShouldBe([2, 3, -1, 1], 1e-6);
        result.Pairs.Single().First.ShouldBe("c");
        result.Pairs.Single().LargestFactor.ShouldBe(4, 1e-6);
        result.Skipped.Single().ShouldContain("'y' gives the network's output");
    }

    [Fact]
    public void Of_DepthwiseBetweenTwo_EqualizesThree()
    {
        // r = 8, 1, 1: the cubic root of the product is 2; S1 = 4, S2 = 2.
        var result = ChannelEqualization.Of(Normal(new GraphBuilder(13, -1, 1, 1, 2)
            .Floats("w", [2, 1, 1, 1], 8, 2).Floats("d", [2, 1, 1, 1], 1, 2).Floats("v", [1, 2, 1, 1], 1, 2)
            .Node("Conv", "x w", "a")
            .Node("Relu", "a", "ra")
            .Node("Conv", "ra d", "b", Int("group", 2))
            .Node("Relu", "b", "rb")
            .Node("Conv", "rb v", "c")
            .Node("Flatten", "c", "y")
            .Build()));

        result.Graph.Initializers["w"].As<float>().ToArray().ShouldBe([2, 2], 1e-5);
        result.Graph.Initializers["d"].As<float>().ToArray().ShouldBe([2, 2], 1e-5);
        result.Graph.Initializers["v"].As<float>().ToArray().ShouldBe([2, 2], 1e-5);
    }

    [Theory]
    [InlineData("Clip", "a l h", "Clip 'r', which does not scale")]
    [InlineData("HardSwish", "a", "'a' has 2 readers")]
    [InlineData("Sigmoid", "a", "Sigmoid 'r', which does not scale")]
    public void Of_NonlinearityThatDoesNotScale_IsSkippedAndNamed(string type, string inputs, string reason)
    {
        var graph = Normal(new GraphBuilder(14, -1, 1, 1, 1)
            .Floats("w", [1, 1, 1, 1], 8)
            .Floats("v", [1, 1, 1, 1], 0.5f)
            .Floats("l", [], 0)
            .Floats("h", [], 6)
                .Node("Conv", "x w", "a").Node(type, inputs, "r").Node("Conv", "r v", "c").Node("Flatten", "c", "y").Build());

        var result = ChannelEqualization.Of(graph);

        result.Pairs.ShouldBeEmpty();
        result.Skipped[0].ShouldContain(reason);
        result.Graph.Initializers["w"].As<float>()[0].ShouldBe(8);
    }

    [Fact]
    public void Of_ClipWithoutACeiling_IsAReLU()
    {
        var result = ChannelEqualization.Of(
            Normal(new GraphBuilder(13, -1, 1, 1, 1).Floats("w", [1, 1, 1, 1], 8).Floats("v", [1, 1, 1, 1], 0.5f).Floats("l", [], 0)
                .Node("Conv", "x w", "a").Node("Clip", "a l", "r").Node("Conv", "r v", "c").Node("Flatten", "c", "y").Build()));

        result.Pairs.Count.ShouldBe(1);
        result.Graph.Initializers["w"].As<float>()[0].ShouldBe(2, 1e-6);
    }

    [Fact]
    public void Of_DeadChannelsAndFarRanges_StayWithinLimits()
    {
        var result = ChannelEqualization.Of(Normal(new GraphBuilder(13, -1, 1, 1, 1)
            .Floats("w", [3, 1, 1, 1], 0, 1e6f, 1).Floats("b", [3], 5, 1, 1).Floats("v", [1, 3, 1, 1], 1, 1e-6f, 0)
            .Node("Conv", "x w b", "a").Node("Relu", "a", "r").Node("Conv", "r v", "c").Node("Flatten", "c", "y").Build()));

        // A channel without weights on one side is left alone; a factor stays within 10.
        result.Graph.Initializers["w"].As<float>().ToArray().ShouldBe([0, 1e5f, 1], 1);
        result.Graph.Initializers["b"].As<float>().ToArray().ShouldBe([5, 0.1f, 1], 1e-5);
    }

    [Fact]
    public void Of_SharedWeights_AreNotTouched()
    {
        var result = ChannelEqualization.Of(Normal(new GraphBuilder(13, -1, 1, 2, 2).Floats("w", [1, 1, 1, 1], 8)
            .Node("Conv", "x w", "a").Node("Relu", "a", "r").Node("Conv", "r w", "c").Node("Flatten", "c", "y").Build()));

        result.Pairs.ShouldBeEmpty();
        result.Skipped[0].ShouldContain("shares its weights");
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(1, 8)]
    [InlineData(2, 2)]
    [InlineData(2, 8)]
    [InlineData(3, 1)]
    [InlineData(3, 2)]
    [InlineData(3, 8)]
    public void Of_ConvolutionsOfAnyRankAndGroups_GiveTheOutputsOfOnnxRuntime(int rank, int groups)
    {
        long[] size = [.. Enumerable.Repeat(5L, rank)];
        long[] kernel = [.. Enumerable.Repeat(3L, rank)];
        int window = (int)Math.Pow(3, rank);
        int inputs = 8 / groups;
        var pads = Ints("pads", [.. Enumerable.Repeat(1L, 2 * rank)]);
        var graph = new GraphBuilder(13, [-1, 2, .. size])
            .Floats("w", [8, 2, .. kernel], Uneven(8, 2 * window, 1)).Floats("b", [8], Nets.Values(8, 2))
            .Floats("g", [8, inputs, .. kernel], Uneven(8, inputs * window, 3)).Floats("c", [8], Nets.Values(8, 4))
            .Floats("d", [6, 8, .. kernel], Uneven(6, 8 * window, 5))
            .Floats("v", [3, 6 * (int)Math.Pow(5, rank)], Nets.Values(3 * 6 * (int)Math.Pow(5, rank), 6))
            .Node("Conv", "x w b", "a", pads)
            .Node("Relu", "a", "ra")
            .Node("Conv", "ra g c", "e", pads, Int("group", groups))
            .Node("LeakyRelu", "e", "re")
            .Node("Conv", "re d", "f", pads)
            .Node("Relu", "f", "rf")
            .Node("Flatten", "rf", "h")
            .Node("Gemm", "h v", "y", Int("transB", 1))
            .Build(-1, 3);
        var images = TensorData.FromFloats([4, 2, .. size], Nets.Values(8 * (int)Math.Pow(5, rank), 7));

        var result = ChannelEqualization.Of(Normal(graph));

        result.Pairs.Count.ShouldBe(3);
        result.Pairs.Max(pair => pair.LargestFactor).ShouldBeGreaterThan(2);
        Nets.Distance(InRuntime.Run(result.Graph, images), InRuntime.Run(graph, images)).ShouldBeLessThan(1e-5f);
    }

    [Fact]
    public void Of_MatMulBehindAConvolution_IsNoPairForItSumsOverPlacesAndNotOverChannels()
    {
        var result = ChannelEqualization.Of(Normal(new GraphBuilder(13, -1, 2, 4)
            .Floats("w", [4, 2, 1], 8, 1, 2, 3, 1, 1, 4, 1).Floats("m", [4, 3], Nets.Values(12, 1))
            .Node("Conv", "x w", "a").Node("Relu", "a", "r").Node("MatMul", "r m", "y").Build(-1, 4, 3)));

        result.Pairs.ShouldBeEmpty();
        result.Graph.Initializers["w"].As<float>()[0].ShouldBe(8);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Of_AnyStructure_LeavesTheFunctionAsItWas(string name)
    {
        var graph = Normal(SmallNetworks.All[name]().Build());
        var images = Nets.Noise(4, 3, 8, 8, 4);

        SameFunction(graph, ChannelEqualization.Of(graph).Graph, images);
    }

    [Theory]
    [InlineData(Nets.ResNet20, 9)]
    [InlineData(Nets.MobileNet, 0)]
    [InlineData("mnist/lenet-mnist", 3)]
    [InlineData("imagenet/squeezenet1_0_deepcompressed", 0)]
    public void Of_RealModel_LeavesTheFunctionAsItWas(string model, int pairs)
    {
        var graph = Nets.Shared(model).Graph;

        var result = ChannelEqualization.Of(graph);

        result.Pairs.Count.ShouldBeGreaterThanOrEqualTo(pairs, string.Join('\n', result.Skipped));
        SameFunction(graph, result.Graph, Nets.SharedImages(model, 4, 4));
    }

    private static ModelGraph Normal(ModelGraph graph) => GraphNormalizer.Normalize(graph);

    // Rows of very different magnitudes.
    private static float[] Uneven(int rows, int columns, int seed) =>
        [.. Nets.Values(rows * columns, seed).Select((value, i) => value * (1 << (i / columns % 5)))];

    private static void SameFunction(ModelGraph before, ModelGraph after, ImageBatches images)
    {
        using var first = new FloatNetwork(GroupFinder.Find(before));
        using var second = new FloatNetwork(GroupFinder.Find(after));
        long[] shape = [images.Size(0), images.RequireImages().Channels, images.RequireImages().Height, images.RequireImages().Width];
        float[] expected = first.Run(images.Pixels(0), shape);
        float[] found = second.Run(images.Pixels(0), shape);

        found.Zip(expected, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(1e-4f * Math.Max(1, expected.Max(Math.Abs)));
    }
}
