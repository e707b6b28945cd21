namespace Cluster.Kernels.Tests.Execution;

public sealed class CalibrationPassTests
{
    [Fact]
    public void Run_AnyNumberOfWorkers_GivesTheSameBytes()
    {
        var images = Nets.Noise(30, 3, 8, 8, 1);
        using var network = new FloatNetwork(Nets.Group(Nets.Residual()));

        string digest = Nets.Calibrate(network, images).ComputeDigest();

        Nets.Calibrate(network, images, 2).ComputeDigest().ShouldBe(digest);
        Nets.Calibrate(network, images, 5).ComputeDigest().ShouldBe(digest);
    }

    [Fact]
    public void Run_BatchSizes_GiveTheSameRanges()
    {
        var images = Nets.Noise(30, 3, 8, 8, 1);
        using var network = new FloatNetwork(Nets.Group(Nets.Residual()));
        var one = Nets.Calibrate(network, images);
        var seven = Nets.Calibrate(network, images with { BatchSize = 7 });

        foreach (string tensor in one.Names)
        {
            // libtorch may add in another order for another batch; what is observed is the same up to float32 rounding.
            seven.Get(tensor).Max.ShouldBe(one.Get(tensor).Max, Math.Abs(one.Get(tensor).Max) * 1e-5);
            seven.Get(tensor).Count.ShouldBe(one.Get(tensor).Count);
            seven.Get(tensor).Images.ShouldBe(30);
        }
    }

    [Fact]
    public void Run_HandComputed_SeesTheActivationsBeforeQuantization()
    {
        var graph = Nets.Group(new GraphBuilder(13, -1, 1, 1, 2).Floats("w", [1, 1, 1, 1], -2).Floats("b", [1], 10)
            .Node("Conv", "x w b", "c").Node("Relu", "c", "r").Node("Conv", "r w", "d").Node("Flatten", "d", "y").Build());
        using var network = new FloatNetwork(graph);

        var statistics = Nets.Calibrate(network, Nets.Images([0, 1, 4, 200], 1, 1, 2, 1));

        statistics.Names.ShouldBe(["r", "x"]);
        (statistics.Get("x").Min, statistics.Get("x").Max).ShouldBe((0f, 200f));
        (statistics.Get("r").Min, statistics.Get("r").Max).ShouldBe((0f, 10f));
        statistics.Get("r").ImageMaxima.ToArray().ShouldBe([10f, 2]);
        statistics.Get("r").ZeroCount.ShouldBe(1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void RunApart_SomeHeldBack_LeavesTheBytesOfTheWholeAndTheOthersAlone(int workers)
    {
        var images = Nets.Noise(30, 3, 8, 8, 7);
        using var network = new FloatNetwork(Nets.Group(Nets.Residual()));

        var (all, fitted) = CalibrationPass.RunApart(
            network, images, new HashSet<int> { 0, 5, 6, 13, 14, 29 }, workers, CancellationToken.None);

        all.ComputeDigest().ShouldBe(Nets.Calibrate(network, images).ComputeDigest());
        fitted.Names.ShouldBe(all.Names);
        fitted.Get("x").Images.ShouldBe(24);
        fitted.Get("x").Count.ShouldBe(24 * 192);
        float.IsNaN(fitted.Get("x").ImageMaxima[5]).ShouldBeTrue("the image was not seen");
        fitted.Get("x").ImageMaxima[7].ShouldBe(all.Get("x").ImageMaxima[7]);
    }

    [Fact]
    public void RunInParts_EveryThirdImage_LeavesTheBytesOfTheWholeAndOfTheOthersTogether()
    {
        var images = Nets.Noise(20, 3, 8, 8, 7);
        using var network = new FloatNetwork(Nets.Group(Nets.Residual()));

        var (all, parts) = CalibrationPass.RunInParts(network, images, 3, 2, CancellationToken.None);

        all.ComputeDigest().ShouldBe(Nets.Calibrate(network, images).ComputeDigest());
        parts.Select(part => part.Get("x").Images).ShouldBe([7, 7, 6]);
        float.IsNaN(parts[1].Get("x").ImageMaxima[3]).ShouldBeTrue("the image is in the first part");
        var held = Enumerable.Range(0, 20).Where(image => image % 3 == 1).ToHashSet();
        CalibrationStatistics.Merged([parts[0], parts[2]]).ComputeDigest().ShouldBe(
            CalibrationPass.RunApart(network, images, held, 1, CancellationToken.None).Fitted.ComputeDigest());
    }

    [Fact]
    public void Run_Cancelled_Ends()
    {
        using var network = new FloatNetwork(Nets.Group(Nets.Residual()));

        Should.Throw<OperationCanceledException>(
            () => CalibrationPass.Run(network, Nets.Noise(4, 3, 8, 8, 1), 1, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Run_ManyTimes_LeavesNoTensorBehind()
    {
        var images = Nets.Noise(8, 3, 8, 8, 4);
        using var network = new FloatNetwork(Nets.Group(Nets.Residual()));

        TensorLeaks.ShouldBeNone(() => Nets.Calibrate(network, images));
    }
}
