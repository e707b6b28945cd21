using Cluster.Kernels.Evaluation.Measurement;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Learning.Parallel;
using Cluster.Kernels.Learning.Reconstruction;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tests.Execution;
using Cluster.Kernels.Tests.Tensors;
using Cluster.Storage.Locks;
using Cluster.Tests;

namespace Cluster.Kernels.Tests.Learning.Reconstruction;

[Collection(ProcessSettings.Name)]
public sealed class ReconstructorTests
{
    private static readonly ReconstructionOptions Short = new()
    {
        Method = ReconstructionMethod.QDrop,
        Iterations = 60,
        ActivationIterations = 60,
        BatchSize = 8,
        LearningRate = 2e-2,
        Seed = 7,
        HeldOutShare = 0.25,
    };

    [Theory]
    [InlineData(ReconstructionMethod.AdaRound)]
    [InlineData(ReconstructionMethod.Brecq)]
    [InlineData(ReconstructionMethod.QDrop)]
    public void Run_SmallNetwork_LowersTheLossOfNearestAndKeepsOnlyWhatHelps(ReconstructionMethod method)
    {
        var (graph, images, start) = SmallReconstruction.Subject();

        var result = SmallReconstruction.Run(graph, images, start, Short with { Method = method });

        result.Blocks.ShouldNotBeEmpty();
        result.Blocks.ShouldAllBe(block => block.Kept == (block.LearnedLoss < block.NearestLoss));
        result.Blocks.Count(block => block.Kept).ShouldBeGreaterThanOrEqualTo(2);
        result.Parameters.Weights.Keys.Order(StringComparer.Ordinal).ShouldBe(["c1", "c2", "c3", "y"]);
        var nearest = SmallReconstruction.Run(
            graph,
            images,
            start,
            Short with { Method = method, Iterations = 1, ActivationIterations = 0, LearningRate = 1e-9 });
        Error(graph, images, result.Parameters).ShouldBeLessThan(Error(graph, images, nearest.Parameters));
    }

    [Fact]
    public void Run_Learned_HasCodesOfItsBits()
    {
        var (graph, images, start) = SmallReconstruction.Subject();

        var learned = SmallReconstruction.Run(graph, images, start, Short).Parameters;

        foreach (var (node, form) in start.Weights)
        {
            sbyte[] codes = learned.Weights[node].Codes;
            (codes.Max() - codes.Min()).ShouldBeLessThan(1 << (form.Bits + 1));
            learned.Weights[node].Scales.ShouldAllBe(scale => scale > 0);
        }

        learned.Activations.Keys.Order(StringComparer.Ordinal).ShouldBe(start.Activations.Keys.Order(StringComparer.Ordinal));
        learned.Activations.ShouldAllBe(pair => pair.Value.ZeroPoint == start.Activations[pair.Key].ZeroPoint && pair.Value.Scale > 0);
        learned.Activations["x"].ShouldBe(start.Activations["x"], "the network's input belongs to no block");
        learned.Activations["r1"].Scale.ShouldNotBe(start.Activations["r1"].Scale);
    }

    [Fact]
    public void Run_SameSeed_GivesTheSameBytesAndAnotherSeedOthers()
    {
        var (graph, images, start) = SmallReconstruction.Subject();

        string first = SmallReconstruction.Run(graph, images, start, Short).Parameters.ComputeDigest();

        SmallReconstruction.Run(graph, images, start, Short).Parameters.ComputeDigest().ShouldBe(first);
        SmallReconstruction.Run(graph, images, start, Short with { Seed = 8 }).Parameters.ComputeDigest().ShouldNotBe(first);
    }

    [Fact]
    public void Run_CachesSpilledToDisk_GiveTheSameBytesAndAreDeleted()
    {
        var (graph, images, start) = SmallReconstruction.Subject();
        using var folder = new WorkFolder();

        string spilled = SmallReconstruction.Run(graph, images, start, Short with { CacheBytes = 0, SpillFolder = folder.Root })
            .Parameters.ComputeDigest();

        spilled.ShouldBe(SmallReconstruction.Run(graph, images, start, Short).Parameters.ComputeDigest());
        Directory.GetFiles(folder.Root).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(ReconstructionMethod.QDrop, 0)]
    [InlineData(ReconstructionMethod.QDrop, 2)]
    [InlineData(ReconstructionMethod.Brecq, 3)]
    [InlineData(ReconstructionMethod.AdaRound, 1)]
    public void Run_EndedWithinABlockAndResumed_GivesTheSameBytes(ReconstructionMethod method, int block)
    {
        var (graph, images, start) = SmallReconstruction.Subject();
        var options = Short with { Method = method };
        string whole = SmallReconstruction.Run(graph, images, start, options).Parameters.ComputeDigest();
        using var folder = new WorkFolder();
        using var stop = new CancellationTokenSource();
        var ended = new ReconstructionReports(progress =>
        {
            if (progress.Index == block)
            {
                stop.Cancel();
            }
        });

        Should.Throw<OperationCanceledException>(
            () => Reconstructor.Run(graph, start, images, options, folder.State(), ended, TimeProvider.System, stop.Token));
        var seen = new List<int>();
        var resumed = Reconstructor.Run(
            graph,
            start,
            images,
            options,
            folder.State(),
            new ReconstructionReports(progress => seen.Add(progress.Index)),
            TimeProvider.System,
            CancellationToken.None);

        resumed.Parameters.ComputeDigest().ShouldBe(whole);
        seen.Distinct().First().ShouldBe(block, "finished blocks are not learned again");
        var third = Reconstructor.Run(
            graph,
            start,
            images,
            options,
            folder.State(),
            new ReconstructionReports(_ => throw new InvalidOperationException()),
            TimeProvider.System,
            CancellationToken.None);
        third.Parameters.ComputeDigest().ShouldBe(whole);
        third.Blocks.ShouldBe(resumed.Blocks);
    }

    [Fact]
    public async Task Run_SomebodyTimesMeanwhile_GivesWayAndEndsWithTheSameBytes()
    {
        var (graph, images, start) = SmallReconstruction.Subject();
        string undisturbed = SmallReconstruction.Run(graph, images, start, Short).Parameters.ComputeDigest();
        using var folder = new WorkFolder();
        string path = Path.Combine(folder.Root, "machine");
        using var share = await MachineShare.TakeAsync(new MachineLock(path), TestContext.Current.CancellationToken);
        TimingProcess? timing = null;

        // Within a block.
        var progress = new ReconstructionReports(_ => timing ??= Waiting());
        var disturbed = Reconstructor.Run(
            graph,
            start,
            images,
            Short,
            null,
            progress,
            share.Clock,
            TestContext.Current.CancellationToken,
            new Yielding(() => share.IsAwaited, () => share.GiveWay(TestContext.Current.CancellationToken)));

        // The machine was held before and is still: it can only have been between two iterations.
        using var timed = timing.ShouldNotBeNull();
        await timed.HasItAsync();
        disturbed.Parameters.ComputeDigest().ShouldBe(undisturbed);

        TimingProcess Waiting()
        {
            var process = TimingProcess.Start(path);
            process.End();
            SpinWait.SpinUntil(() => share.IsAwaited, TimeSpan.FromMinutes(1)).ShouldBeTrue();
            return process;
        }
    }

    [Fact]
    public void Run_OtherSettingsInTheSameFolder_TakeNothingOver()
    {
        var (graph, images, start) = SmallReconstruction.Subject();
        using var folder = new WorkFolder();
        Reconstructor.Run(graph, start, images, Short, folder.State(), null, TimeProvider.System, CancellationToken.None);
        var seen = new List<int>();

        Reconstructor.Run(
            graph,
            start,
            images,
            Short with { Seed = 9 },
            folder.State(),
            new ReconstructionReports(progress => seen.Add(progress.Index)),
            TimeProvider.System,
            CancellationToken.None);

        seen.ShouldContain(0);
    }

    [Fact]
    public void Run_DamagedState_IsRefusedByName()
    {
        var (graph, images, start) = SmallReconstruction.Subject();
        using var folder = new WorkFolder();
        Reconstructor.Run(graph, start, images, Short, folder.State(), null, TimeProvider.System, CancellationToken.None);
        string damaged = Directory.GetFiles(folder.Root, "*.learned", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        File.WriteAllBytes(damaged, [.. File.ReadAllBytes(damaged).SkipLast(1)]);

        Should.Throw<KernelException>(
            () => Reconstructor.Run(graph, start, images, Short, folder.State(), null, TimeProvider.System, CancellationToken.None));
    }

    [Fact]
    public void Run_WrongBits_AreRefused()
    {
        var (graph, images, start) = SmallReconstruction.Subject();
        var oneBit = new Dictionary<string, WeightForm> { ["c1"] = new(1) };
        var unweighted = new Dictionary<string, WeightForm> { ["r1"] = new(4) };

        Should.Throw<KernelException>(() => SmallReconstruction.Run(graph, images, start with { Weights = oneBit }, Short))
            .Message.ShouldContain("1 bits");
        Should.Throw<KernelException>(() => SmallReconstruction.Run(graph, images, start with { Weights = unweighted }, Short))
            .Message.ShouldContain("'r1'");
        Should.Throw<KernelException>(() => SmallReconstruction.Run(graph, Nets.Noise(1, 3, 8, 8, 1), start, Short))
            .Message.ShouldContain("2 are needed");
    }

    [Fact]
    public void Run_ResNet20AtFourBitsAndFewIterations_IsNearFloatAndAboveNearest()
    {
        var graph = Nets.Shared(Nets.ResNet20);
        var images = Nets.SharedImages(Nets.ResNet20, 64, 32);
        var start = ReconstructionStart.Of(SmallReconstruction.Quantized(graph, images, weightBits: 2));
        var options = new ReconstructionOptions { Method = ReconstructionMethod.QDrop, Iterations = 20, LearningRate = 2e-2, Seed = 1005 };

        var result = SmallReconstruction.Run(graph, images, start, options);

        // 2-bit weights: nearest leaves almost nothing of the network.
        var nearest = SmallReconstruction.Run(graph, images, start, options with { Iterations = 1, LearningRate = 1e-9 });
        Correct(graph, result.Parameters, images).ShouldBeGreaterThan(Correct(graph, nearest.Parameters, images));
        result.Blocks.Count.ShouldBe(11);
        result.Blocks.Count(block => block.Kept).ShouldBeGreaterThan(6);
    }

    private static double Error(GroupedGraph graph, ImageBatches images, LearnedParameters parameters)
    {
        using var float32 = new FloatNetwork(graph);
        return Enumerable.Range(0, images.Count).SelectMany(batch => float32.Run(images.Inputs(batch)))
            .Zip(SmallReconstruction.Logits(graph, images, weightBits: 3, parameters)).Sum(pair => Math.Pow(pair.First - pair.Second, 2));
    }

    private static int Correct(GroupedGraph graph, LearnedParameters parameters, ImageBatches images) =>
        Accuracy.Predictions(SmallReconstruction.Logits(graph, images, weightBits: 2, parameters), 10)
            .Where((prediction, i) => prediction == images.Images.Label(i)).Count();
}
