using TorchSharp;

namespace Cluster.Kernels.Tests.Execution;

public sealed class FloatNetworkTests
{
    private static readonly long[] Shape = [2, 1, 3, 3];

    // 1 in 9 negative: what an activation in place would destroy shows.
    private static readonly float[] Input = Nets.Values(18, 21, 2);

    [Fact]
    public void Run_ActivationBesideAnotherReader_KeepsTheTensorForIt()
    {
        var graph = Pointwise(-1, builder => builder.Node("Relu", "c", "r").Node("Sub", "r c", "y"));

        // relu(c) - c = relu(-c), c = -x.
        Run(graph).ShouldBe([.. Input.Select(value => Math.Max(0, value))]);
    }

    [Fact]
    public void Run_ActivationOfAView_DoesNotOverwriteWhatTheViewShows()
    {
        var graph = Pointwise(1, builder => builder
            .Ints("t", 0, 9).Ints("s", 0).Ints("e", 9).Ints("a", 1)
            .Node("Reshape", "c t", "v")
            .Node("Relu", "v", "r")
            .Node("Flatten", "c", "f")
            .Node("Slice", "f s e a", "g")
            .Node("Sub", "r g", "y"));

        Run(graph).ShouldBe([.. Input.Select(value => Math.Max(0, -value))]);
    }

    [Fact]
    public void Run_ActivationOfTheInput_LeavesTheCallersPixels()
    {
        float[] before = [.. Input];
        using var network = new FloatNetwork(
            Nets.Group(new GraphBuilder(13, -1, 1, 3, 3).Node("Relu", "x", "r").Node("Sub", "r x", "y").Build()));

        network.Run(Input, Shape).ShouldBe([.. Input.Select(value => Math.Max(0, -value))]);

        Input.ShouldBe(before);
    }

    [Fact]
    public void Run_SameInputFromManyThreads_GivesTheSameBits()
    {
        var images = Nets.Noise(24, 3, 8, 8, 4);
        using var network = new FloatNetwork(Nets.Group(Nets.Residual()));
        float[][] alone = Run(1);

        float[][] together = Run(2);

        together.ShouldBe(alone);

        float[][] Run(int workers)
        {
            float[][] logits = new float[images.Count][];
            Batches.ForEach(
                images.Count,
                workers,
                batch => logits[batch] = network.Run(images.Pixels(batch), [images.Size(batch), 3, 8, 8]),
                CancellationToken.None);
            return logits;
        }
    }

    [Fact]
    public void Run_QuantizedWithWeightsOfOneGroupAtATime_GivesTheSameBits()
    {
        using var net = Calibrated.Residual(4, 4);
        using var small = new FloatNetwork(net.Graph) { MostWeights = 0 };
        var quantized = net.AllInt8();

        float[] found = small.Run(net.Images, quantized, 2, TestContext.Current.CancellationToken);

        found.ShouldBe(net.Float32.Run(net.Images, quantized, 2, TestContext.Current.CancellationToken));
        TensorLeaks.ShouldBeNone(() => _ = small.Run(net.Images.Pixels(0), [4, 3, 8, 8], quantized));
    }

    [Fact]
    public void Run_QuantizedManyTimes_LeavesNoTensorBehind()
    {
        long[] shape = [4, 3, 8, 8];
        long outside = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (var net = Calibrated.Residual(4, 4))
        {
            var quantized = net.AllInt8();
            var mixed = net.Resolver.Resolve(Nets.Mixed(net.Graph, index => index % 2 == 0));
            float[] pixels = net.Images.Pixels(0);
            float[] first = net.Float32.Run(pixels, shape, quantized);

            TensorLeaks.ShouldBeNone(() =>
            {
                _ = net.Float32.Run(pixels, shape);
                net.Float32.Run(pixels, shape, quantized).ShouldBe(first);
                _ = net.Float32.Run(pixels, shape, mixed);
            });
        }

        DisposeScopeManager.Statistics.ThreadTotalLiveCount.ShouldBe(outside);
    }

    [Fact]
    public void ForEach_FailingBatch_Rethrows() =>
        Should.Throw<KernelException>(
            () => Batches.ForEach(4, 2, batch => throw new KernelException($"batch {batch}"), CancellationToken.None))
            .Message.ShouldStartWith("batch");

    [Fact]
    public void Tensor_LastBatch_HoldsTheRest()
    {
        var images = Nets.Noise(10, 1, 2, 2, 4);

        images.Count.ShouldBe(3);
        Enumerable.Range(0, 3).Select(images.Size).ShouldBe([4, 4, 2]);
        images.Pixels(2).ShouldBe(
            [.. Enumerable.Range(8, 2)
                .SelectMany(image => images.RequireImages().ReadPixels(image).ToArray())
                .Select(pixel => (float)pixel)]);
        images.Take(3).Images.Count.ShouldBe(3);
        images.Take(99).ShouldBe(images);
    }

    private static float[] Run(ModelGraph graph)
    {
        using var network = new FloatNetwork(Nets.Group(graph));
        return network.Run(Input, Shape);
    }

    private static ModelGraph Pointwise(float weight, Func<GraphBuilder, GraphBuilder> rest) =>
        rest(new GraphBuilder(13, -1, 1, 3, 3).Floats("w", [1, 1, 1, 1], weight).Node("Conv", "x w", "c")).Build();
}
