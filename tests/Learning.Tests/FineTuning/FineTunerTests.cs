using Cluster.Learning.FineTuning.Checkpoints;
using TorchSharp;

namespace Cluster.Learning.Tests.FineTuning;

/// <summary>Alone, as one of them counts the tensors of the whole process.</summary>
[Collection(ProcessSettings.Name)]
public sealed class FineTunerTests
{
    private const int Batch = 8;

    private static readonly FineTuneOptions Options = new()
    {
        Epochs = 3,
        BatchSize = Batch,
        Optimizer = TrainingOptimizer.Sgd,
        LearningRate = 0.05,
        Distill = 0,
        Seed = 11,
        CheckpointEvery = 2,
    };

    private readonly GroupedGraph _graph = Nets.Group(TinyNetwork.Graph());
    private readonly ImageBatches _training = Nets.Noise(44, 1, TinyNetwork.Side, TinyNetwork.Side, Batch, TinyNetwork.Classes);
    private readonly ImageBatches _validation = Nets.Noise(30, 1, TinyNetwork.Side, TinyNetwork.Side, Batch, TinyNetwork.Classes, seed: 2);

    [Fact]
    public void Run_SameSeed_GivesTheSameBytes()
    {
        string first = Run(Options).Parameters.ComputeDigest();

        Run(Options).Parameters.ComputeDigest().ShouldBe(first);
        Run(Options with { Seed = 12 }).Parameters.ComputeDigest().ShouldNotBe(first);
    }

    [Fact]
    public void Run_LabelsThatCanBeLearned_LowersTheLoss()
    {
        var result = Run(Options with { Epochs = 12 });

        result.Log.Count.ShouldBe(13);
        result.Log[^1].Loss!.Value.ShouldBeLessThan(0.9 * result.Log[1].Loss!.Value);
    }

    // An epoch has 6 steps: every place in it and both its ends.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(17)]
    public void Run_CancelledThenAgain_EndsWithTheSameBytes(int steps)
    {
        var uninterrupted = Run(Options);
        using var folder = new WorkFolder();
        var options = Options with { State = folder.State() };
        using var cancellation = new CancellationTokenSource();
        Should.Throw<OperationCanceledException>(() => Run(options, At(steps, cancellation.Cancel), cancellation.Token));

        var resumed = Run(options);

        resumed.ResumedAt.ShouldBe(steps);
        resumed.Parameters.ComputeDigest().ShouldBe(uninterrupted.Parameters.ComputeDigest());
        resumed.Log.ShouldBe(uninterrupted.Log);
    }

    [Fact]
    public void Run_KilledBetweenCheckpoints_EndsWithTheSameBytes()
    {
        var uninterrupted = Run(Options);
        using var folder = new WorkFolder();
        var options = Options with { State = folder.State() };

        // An exception of the observer is as sudden as a kill: nothing is saved on its way.
        Should.Throw<InvalidTimeZoneException>(() => Run(options, At(9, () => throw new InvalidTimeZoneException("the process is gone"))));
        var resumed = Run(options);

        resumed.ResumedAt.ShouldBe(8);
        resumed.Parameters.ComputeDigest().ShouldBe(uninterrupted.Parameters.ComputeDigest());
    }

    [Fact]
    public async Task Run_SomebodyTimesMeanwhile_GivesWayAndEndsWithTheSameBytes()
    {
        var undisturbed = Run(Options);
        using var folder = new WorkFolder();
        string path = Path.Combine(folder.Root, "machine");
        using var share = await MachineShare.TakeAsync(new MachineLock(path), TestContext.Current.CancellationToken);
        TimingProcess? timing = null;

        var disturbed = new FineTuner(Start(8), Options).Run(
            _training,
            _validation,
            At(4, () => timing = AwaitedShare.Begin(share, path)),
            TestContext.Current.CancellationToken,
            new Yielding(() => share.IsAwaited, () => share.GiveWay(TestContext.Current.CancellationToken)));

        // The machine was held before and is still: it can only have been between two steps.
        using var timed = timing.ShouldNotBeNull();
        await timed.HasItAsync();
        disturbed.Parameters.ComputeDigest().ShouldBe(undisturbed.Parameters.ComputeDigest());
        disturbed.Log.ShouldBe(undisturbed.Log);
    }

    [Fact]
    public void Run_AgainAfterTheEnd_TrainsNoMore()
    {
        using var folder = new WorkFolder();
        var options = Options with { State = folder.State() };
        var first = Run(options);

        var again = Run(options, At(1, () => throw new InvalidTimeZoneException("the process is gone")));

        again.Parameters.ComputeDigest().ShouldBe(first.Parameters.ComputeDigest());
        again.ResumedAt.ShouldBe(18);
    }

    [Fact]
    public void Run_FolderOfOtherOptions_IsRefused()
    {
        using var folder = new WorkFolder();
        Run(Options with { State = folder.State() });

        Should.Throw<KernelException>(() => Run(Options with { State = folder.State(), LearningRate = 0.01 }))
            .Message.ShouldContain("a training of another plan");
    }

    [Fact]
    public void Run_Whole_LeavesNoTensorBehind()
    {
        Run(Options);
        long before = torch.Tensor.TotalCount;

        Run(Options);

        // Of all threads: a part's gradients are made on one and given back on another.
        torch.Tensor.TotalCount.ShouldBeLessThanOrEqualTo(before);
    }

    [Fact]
    public void Run_RateThatDiverges_GoesBackHalvesItAndSaysSoIfThatIsNotEnough()
    {
        var error = Should.Throw<KernelException>(() => Run(Options with { LearningRate = 1e30, ClipNorm = 0, WarmUp = 0 }));

        error.Message.ShouldContain("not a finite number");
        error.Message.ShouldContain("check the training images");
    }

    // 12 iterations: six move the ranges, six do not.
    [Theory]
    [InlineData(TrainingOptimizer.Sgd)]
    [InlineData(TrainingOptimizer.AdamW)]
    public void Run_RangesFrozenAfterHalf_MoveBeforeAndNotAfter(TrainingOptimizer optimizer)
    {
        using var folder = new WorkFolder();
        var seen = new SortedDictionary<long, Checkpoint>();
        var options = Options with
        {
            Epochs = 2,
            Optimizer = optimizer,
            FreezeRangesAfter = 0.5,
            CheckpointEvery = 1,
            State = new StateFolder(folder.Root, (path, bytes) =>
            {
                File.WriteAllBytes(path, bytes);
                var checkpoint = CheckpointFile.Read(path)!;
                seen[TrainingMemory.StateOf(checkpoint).Iteration] = checkpoint;
            }),
        };

        Run(options);

        seen.Keys.ShouldBe(Enumerable.Range(0, 13).Select(step => (long)step));
        float[] Numbers(long step, string name) =>
            [.. seen[step].Tensors.Where(tensor => tensor.Key.StartsWith(name, StringComparison.Ordinal))
                .OrderBy(tensor => tensor.Key, StringComparer.Ordinal).SelectMany(tensor => tensor.Value)];
        foreach (string ranges in new[] { "weight-step/", "activation-step/" })
        {
            Numbers(6, ranges).ShouldNotBe(Numbers(0, ranges));
            seen.Keys.Where(step => step > 6 && !Numbers(step, ranges).SequenceEqual(Numbers(6, ranges))).ShouldBeEmpty();
        }

        Numbers(12, "weight/").ShouldNotBe(Numbers(6, "weight/"));
    }

    [Fact]
    public void Run_RateThatRuins_KeepsTheBestEpoch()
    {
        var ruined = Run(Options with { Epochs = 8, LearningRate = 3, ClipNorm = 0, WarmUp = 0 });

        ruined.Log[ruined.Best].ValidationLoss.ShouldBe(ruined.Log.Min(epoch => epoch.ValidationLoss));
    }

    // From learned roundings it is careful.
    [Theory]
    [InlineData(TrainingOptimizer.AdamW, 4, 4, false, 2e-4)]
    [InlineData(TrainingOptimizer.AdamW, 4, 8, false, 2e-4)]
    [InlineData(TrainingOptimizer.AdamW, 8, 8, false, 2e-5)]
    [InlineData(TrainingOptimizer.Sgd, 4, 4, false, 1e-3)]
    [InlineData(TrainingOptimizer.AdamW, 4, 4, true, 5e-5)]
    [InlineData(TrainingOptimizer.AdamW, 4, 8, true, 5e-5)]
    [InlineData(TrainingOptimizer.AdamW, 8, 8, true, 2e-5)]
    [InlineData(TrainingOptimizer.Sgd, 4, 4, true, 1e-3)]
    public void Run_NoRate_TakesTheOptimizersOwn(
        TrainingOptimizer optimizer, int weightBits, int activationBits, bool isLearned, double rate)
    {
        // One batch: its rate is the first.
        var options = Options with
        {
            Optimizer = optimizer,
            LearningRate = null,
            WarmUp = 0,
            Epochs = 1,
            BatchSize = _training.Images.Count,
        };
        TrainingOutcome Train(LearnedParameters? learned) =>
            new FineTuner(Start(weightBits, activationBits, learned), options).Run(_training, _validation, null, CancellationToken.None);

        Train(isLearned ? Train(null).Parameters : null).Log[^1].LearningRate.ShouldBe(rate, 1e-9);
    }

    [Fact]
    public void Run_UnlabelledImages_AreRefused() =>
        Should.Throw<KernelException>(
            () => new FineTuner(Start(8), Options).Run(Nets.Noise(8, 1, 8, 8, Batch), _validation, null, CancellationToken.None))
            .Message.ShouldContain("labels");

    [Theory]
    [InlineData(0, 1, 0.1)]
    [InlineData(1, 0, 0.1)]
    [InlineData(1, 1, 0)]
    [InlineData(1, 1, double.NaN)]
    public void Run_ImpossibleOptions_AreRefused(int epochs, int batch, double rate) =>
        Should.Throw<KernelException>(() => Run(Options with { Epochs = epochs, BatchSize = batch, LearningRate = rate }));

    private TrainingOutcome Run(
        FineTuneOptions options, IProgress<FineTuneProgress>? progress = null, CancellationToken cancellation = default) =>
        new FineTuner(Start(8), options).Run(_training, _validation, progress, cancellation);

    private static Reports<FineTuneProgress> At(int step, Action act) => new(progress =>
    {
        if (progress.Iteration == step)
        {
            act();
        }
    });

    private QuantizedNetwork Start(int bits, LearnedParameters? learned = null) => Start(bits, bits, learned);

    private QuantizedNetwork Start(int weightBits, int activationBits, LearnedParameters? learned)
    {
        using var net = new Calibrated(_graph, _training);
        return net.Resolver.Resolve(
            [.. _graph.Groups.Select(group => Decide.Integer("max", false, weightBits, activationBits))], learned);
    }
}
