using Cluster.Kernels.Evaluation.Measurement;

namespace Cluster.Learning.Tests.Reconstruction;

[Collection(ProcessSettings.Name)]
[Long]
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
        var small = SmallReconstruction.Residual();

        var result = small.Run(Short with { Method = method });

        result.Blocks.ShouldNotBeEmpty();
        result.Blocks.ShouldAllBe(block => block.Kept == (block.LearnedLoss < block.NearestLoss));
        result.Blocks.Count(block => block.Kept).ShouldBeGreaterThanOrEqualTo(2);
        result.Parameters.Weights.Keys.Order(StringComparer.Ordinal).ShouldBe(["c1", "c2", "c3", "y"]);
        var nearest = small.Run(Short with { Method = method, Iterations = 1, ActivationIterations = 0, LearningRate = 1e-9 });
        Error(small, result.Parameters).ShouldBeLessThan(Error(small, nearest.Parameters));
    }

    [Theory]
    [InlineData(ReconstructionMethod.AdaRound)]
    [InlineData(ReconstructionMethod.QDrop)]
    public void Run_TokensJoinedWithTheBatchForAGemm_AreLearnedFrom(ReconstructionMethod method)
    {
        var small = SmallReconstruction.Tokens();
        small.Graph.Nodes.Count(node => node.OpType == "Gemm").ShouldBe(3);

        var result = small.Run(Short with { Method = method });

        result.Parameters.Weights.Count.ShouldBe(3);
        result.Blocks.ShouldAllBe(block => block.Kept == (block.LearnedLoss < block.NearestLoss));
        result.Blocks.ShouldContain(block => block.Kept);
    }

    // By its own outputs a block takes a narrower range that hides the error of its low-bit weights, and clips what others need.
    [Fact]
    public void Run_SecondPhaseOfBrecq_KeepsWhatBringsTheNetworksOutputsNearerToFloat32()
    {
        var small = SmallReconstruction.Residual();

        var result = small.Run(Short with { Method = ReconstructionMethod.Brecq });

        var blocks = result.Blocks.Where(block => block.Phase == "activations").ToList();
        blocks.Count.ShouldBeGreaterThan(2);
        blocks.ShouldContain(block => block.Kept);
        foreach (var (block, next) in blocks.Zip(blocks.Skip(1)))
        {
            next.NearestLoss.ShouldBe(block.Kept ? block.LearnedLoss : block.NearestLoss, "one loss for all, with the numbers so far");
        }
    }

    [Fact]
    public void Run_Learned_HasCodesOfItsBits()
    {
        var small = SmallReconstruction.Residual();

        var learned = small.Run(Short).Parameters;

        foreach (var (node, form) in small.Start.Weights)
        {
            sbyte[] codes = learned.Weights[node].Codes;
            (codes.Max() - codes.Min()).ShouldBeLessThan(1 << (form.Bits + 1));
            learned.Weights[node].Scales.ShouldAllBe(scale => scale > 0);
        }

        learned.Activations.Keys.Order(StringComparer.Ordinal).ShouldBe(small.Start.Activations.Keys.Order(StringComparer.Ordinal));
        learned.Activations.ShouldAllBe(
            pair => pair.Value.ZeroPoint == small.Start.Activations[pair.Key].ZeroPoint && pair.Value.Scale > 0);
        learned.Activations["x"].ShouldBe(small.Start.Activations["x"], "the network's input belongs to no block");
        learned.Activations["r1"].Scale.ShouldNotBe(small.Start.Activations["r1"].Scale);
    }

    [Fact]
    public void Run_SameSeed_GivesTheSameBytesAndAnotherSeedOthers()
    {
        var small = SmallReconstruction.Residual();

        string first = small.Run(Short).Parameters.ComputeDigest();

        small.Run(Short).Parameters.ComputeDigest().ShouldBe(first);
        small.Run(Short with { Seed = 8 }).Parameters.ComputeDigest().ShouldNotBe(first);
    }

    [Fact]
    public void Run_CachesSpilledToDisk_GiveTheSameBytesAndAreDeleted()
    {
        var small = SmallReconstruction.Residual();
        using var folder = new WorkFolder();

        string spilled = small.Run(Short with { CacheBytes = 0, SpillFolder = folder.Root }).Parameters.ComputeDigest();

        spilled.ShouldBe(small.Run(Short).Parameters.ComputeDigest());
        Directory.GetFiles(folder.Root).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(ReconstructionMethod.QDrop, 0)]
    [InlineData(ReconstructionMethod.QDrop, 2)]
    [InlineData(ReconstructionMethod.Brecq, 3)]
    [InlineData(ReconstructionMethod.AdaRound, 1)]
    public void Run_EndedWithinABlockAndResumed_GivesTheSameBytes(ReconstructionMethod method, int block)
    {
        var small = SmallReconstruction.Residual();
        var options = Short with { Method = method };
        string whole = small.Run(options).Parameters.ComputeDigest();
        using var folder = new WorkFolder();
        using var stop = new CancellationTokenSource();
        void StopInBlock(ReconstructionProgress progress)
        {
            if (progress.Index == block)
            {
                stop.Cancel();
            }
        }

        Should.Throw<OperationCanceledException>(() => small.Run(options, folder.State(), StopInBlock, stop.Token));
        var seen = new List<int>();
        var resumed = small.Run(options, folder.State(), progress => seen.Add(progress.Index));
        var third = small.Run(options, folder.State(), _ => throw new InvalidOperationException());

        resumed.Parameters.ComputeDigest().ShouldBe(whole);
        seen.Distinct().First().ShouldBe(block, "finished blocks are not learned again");
        third.Parameters.ComputeDigest().ShouldBe(whole);
        third.Blocks.ShouldBe(resumed.Blocks);
    }

    [Fact]
    public async Task Run_SomebodyTimesMeanwhile_GivesWayAndEndsWithTheSameBytes()
    {
        var small = SmallReconstruction.Residual();
        string undisturbed = small.Run(Short).Parameters.ComputeDigest();
        using var folder = new WorkFolder();
        string path = Path.Combine(folder.Root, "machine");
        using var share = await MachineShare.TakeAsync(new MachineLock(path), TestContext.Current.CancellationToken);
        TimingProcess? timing = null;

        // Within a block.
        var progress = new Reports<ReconstructionProgress>(_ => timing ??= AwaitedShare.Begin(share, path));
        var disturbed = Reconstructor.Run(
            small.Graph,
            small.Start,
            small.Images,
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
    }

    [Fact]
    public void Run_OtherSettingsInTheSameFolder_TakeNothingOver()
    {
        var small = SmallReconstruction.Residual();
        using var folder = new WorkFolder();
        small.Run(Short, folder.State());

        var seen = new List<int>();
        small.Run(Short with { Seed = 9 }, folder.State(), progress => seen.Add(progress.Index));

        seen.ShouldContain(0);
    }

    [Fact]
    public void Run_DamagedState_IsRefusedByName()
    {
        var small = SmallReconstruction.Residual();
        using var folder = new WorkFolder();
        small.Run(Short, folder.State());
        string damaged = Directory.GetFiles(folder.Root, "*.learned", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        File.WriteAllBytes(damaged, [.. File.ReadAllBytes(damaged).SkipLast(1)]);

        Should.Throw<KernelException>(() => small.Run(Short, folder.State()));
    }

    [Fact]
    public void Run_WrongBitsOrTooFewImages_AreRefused()
    {
        var small = SmallReconstruction.Residual();
        string Refusal(SmallReconstruction other) => Should.Throw<KernelException>(() => other.Run(Short)).Message;
        SmallReconstruction With(string node, int bits) =>
            small with { Start = small.Start with { Weights = new Dictionary<string, WeightForm> { [node] = new(bits) } } };

        Refusal(With("c1", 1)).ShouldContain("1 bits");
        Refusal(With("r1", 4)).ShouldContain("'r1'");
        Refusal(small with { Images = Nets.Noise(1, 3, 8, 8, 1) }).ShouldContain("2 are needed");
    }

    [Fact]
    public void Run_ResNet20AtTwoBitsAndFewIterations_IsAboveNearest()
    {
        var graph = Nets.Shared(Nets.ResNet20);
        var images = Nets.SharedImages(Nets.ResNet20, 64, 32);
        var small = new SmallReconstruction(
            graph, images, ReconstructionStart.Of(SmallReconstruction.Quantized(graph, images, weightBits: 2)));
        var options = new ReconstructionOptions { Method = ReconstructionMethod.QDrop, Iterations = 20, LearningRate = 2e-2, Seed = 1005 };

        var result = small.Run(options);

        // 2-bit weights: nearest leaves almost nothing of the network.
        var nearest = small.Run(options with { Iterations = 1, LearningRate = 1e-9 });
        Correct(small, result.Parameters).ShouldBeGreaterThan(Correct(small, nearest.Parameters));
        result.Blocks.Count.ShouldBe(11);
        result.Blocks.Count(block => block.Kept).ShouldBeGreaterThan(6);
    }

    private static double Error(SmallReconstruction small, LearnedParameters parameters)
    {
        using var float32 = new FloatNetwork(small.Graph);
        return Enumerable.Range(0, small.Images.Count).SelectMany(batch => float32.Run(small.Images.Inputs(batch)))
            .Zip(small.Logits(weightBits: 3, parameters)).Sum(pair => Math.Pow(pair.First - pair.Second, 2));
    }

    private static int Correct(SmallReconstruction small, LearnedParameters parameters) =>
        Accuracy.Predictions(small.Logits(weightBits: 2, parameters), 10)
            .Where((prediction, i) => prediction == small.Images.Images.Label(i)).Count();
}
