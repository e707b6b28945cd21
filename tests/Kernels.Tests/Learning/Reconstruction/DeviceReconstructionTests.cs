using Cluster.Kernels.Learning.Reconstruction;
using Cluster.Kernels.Tensors;
using Cluster.Kernels.Tests.Tensors;
using Cluster.Tests;

namespace Cluster.Kernels.Tests.Learning.Reconstruction;

/// <summary>
/// The loop on a device against the processor's with one part. Emulated, every bit is the same: the convolutions are
/// the processor's then, so what is left are caches, masks, kernels and steps. On CUDA convolutions add up in another
/// order.
/// </summary>
[Collection(ProcessSettings.Name)]
public sealed class DeviceReconstructionTests
{
    private static readonly ReconstructionOptions Short = new()
    {
        Method = ReconstructionMethod.QDrop,
        Iterations = 40,
        ActivationIterations = 30,
        BatchSize = 8,
        LearningRate = 2e-2,
        Seed = 7,
        HeldOutShare = 0.25,
        Parts = 1,
    };

    [Theory]
    [InlineData(ReconstructionMethod.AdaRound, ReconstructionLoss.MeanSquare, 1L << 30)]
    [InlineData(ReconstructionMethod.Brecq, ReconstructionLoss.MeanSquare, 1L << 30)]
    [InlineData(ReconstructionMethod.Brecq, ReconstructionLoss.Fisher, 1L << 30)]
    [InlineData(ReconstructionMethod.QDrop, ReconstructionLoss.MeanSquare, 1L << 30)]
    [InlineData(ReconstructionMethod.QDrop, ReconstructionLoss.MeanSquare, 0L)]
    [InlineData(ReconstructionMethod.QDrop, ReconstructionLoss.MeanSquare, 150_000L)]
    public void Run_Emulated_LearnsTheBitsOfTheProcessor(ReconstructionMethod method, ReconstructionLoss loss, long deviceBytes)
    {
        var (graph, images, start) = SmallReconstruction.Subject();
        var options = Short with { Method = method, Loss = loss };
        var expected = SmallReconstruction.Run(graph, images, start, options);

        var found = SmallReconstruction.Run(
            graph, images, start, options with { Device = ComputeDevice.Emulated, DeviceCacheBytes = deviceBytes });

        found.Parameters.ComputeDigest().ShouldBe(expected.Parameters.ComputeDigest());
        found.Blocks.Select(block => (block.Name, block.Kept, block.NearestLoss, block.LearnedLoss))
            .ShouldBe(expected.Blocks.Select(block => (block.Name, block.Kept, block.NearestLoss, block.LearnedLoss)));
        expected.Blocks.ShouldContain(block => block.Kept);
    }

    [Theory]
    [InlineData(ReconstructionMethod.AdaRound)]
    [InlineData(ReconstructionMethod.Brecq)]
    [InlineData(ReconstructionMethod.QDrop)]
    public void Run_Cuda_LearnsAlmostEveryCodeOfTheProcessor(ReconstructionMethod method)
    {
        var device = Devices.Require(Devices.Cuda);
        var (graph, images, start) = SmallReconstruction.Subject();
        var options = Short with { Method = method };
        var expected = SmallReconstruction.Run(graph, images, start, options);

        var found = SmallReconstruction.Run(graph, images, start, options with { Device = device });

        SmallReconstruction.Run(graph, images, start, options with { Device = device }).Parameters.ComputeDigest()
            .ShouldBe(found.Parameters.ComputeDigest(), "a run can be repeated");
        foreach (var (node, weights) in expected.Parameters.Weights)
        {
            int same = weights.Codes.Zip(found.Parameters.Weights[node].Codes).Count(pair => pair.First == pair.Second);
            ((double)same / weights.Codes.Length).ShouldBeGreaterThan(0.97, node);
        }

        foreach (var (one, other) in expected.Blocks.Zip(found.Blocks))
        {
            other.NearestLoss.ShouldBe(one.NearestLoss, 1e-3 * one.NearestLoss);
            other.LearnedLoss.ShouldBe(one.LearnedLoss, 0.05 * one.LearnedLoss);
        }
    }

    [Fact]
    public void Run_StateOfAnotherKindOfDevice_IsNotContinued()
    {
        var (graph, images, start) = SmallReconstruction.Subject();
        using var folder = new WorkFolder();
        Reconstructor.Run(graph, start, images, Short, folder.State(), null, TimeProvider.System, CancellationToken.None);
        var seen = new List<int>();
        var options = Short with { Device = ComputeDevice.Emulated };

        Reconstructor.Run(
            graph,
            start,
            images,
            options,
            folder.State(),
            new ReconstructionReports(progress => seen.Add(progress.Index)),
            TimeProvider.System,
            CancellationToken.None);
        seen.ShouldContain(0);

        seen.Clear();
        Reconstructor.Run(
            graph,
            start,
            images,
            options,
            folder.State(),
            new ReconstructionReports(progress => seen.Add(progress.Index)),
            TimeProvider.System,
            CancellationToken.None);
        seen.ShouldBeEmpty("its own state is");
    }

    [Fact]
    public void Run_CudaWhereThereIsNone_IsRefused()
    {
        Assert.SkipWhen(TorchSettings.CudaDevices > 0, "There is a CUDA device on this machine.");
        var (graph, images, start) = SmallReconstruction.Subject();

        Should.Throw<KernelException>(
            () => SmallReconstruction.Run(graph, images, start, Short with { Device = ComputeDevice.Parse("cuda") }))
            .Message.ShouldContain("no CUDA device");
    }
}
