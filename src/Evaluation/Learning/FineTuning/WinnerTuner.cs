using Cluster.Kernels.Learning.FineTuning;

namespace Cluster.Evaluation.Learning.FineTuning;

/// <summary>Runs a job's <see cref="FineTuneItem"/>: trains the plan, and measures the result like any other candidate.</summary>
internal sealed class WinnerTuner(LazySetup lazy, AccuracyMeasurer accuracy, LatencyMeasurer latency, LearningPlace place)
{
    // Often enough that a kill costs only minutes, rarely enough that writing costs almost nothing.
    private const int CheckpointEvery = 100;

    /// <summary>Trains, or resumes from an earlier attempt's checkpoints.</summary>
    /// <exception cref="Kernels.KernelException">Training failed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; a checkpoint exists.</exception>
    public async Task<WorkResult> RunAsync(FineTuneItem item, Action<WorkStage> stage, CancellationToken cancellation)
    {
        var setup = lazy.Value;
        var start = await StartAsync(item, cancellation);
        return await new LearningFrame(setup, accuracy, latency, place).RunAsync(
            item,
            (folder, share) => Describe(Train(item, start, setup, folder, share, cancellation), setup, cancellation),
            stage,
            cancellation);
    }

    // Training starts from a reconstruction's numbers, else from those that the plan got before the exploration.
    private async Task<FineTuneStart> StartAsync(FineTuneItem item, CancellationToken cancellation)
    {
        var learned = item.Learned is { } digest ? await place.ReadAsync(digest, cancellation) : null;
        return new FineTuneStart(item.Plan, learned?.Biases, learned ?? lazy.Value.Repairs.Of(item.Plan));
    }

    private FineTuneOutcome Train(
        FineTuneItem item, FineTuneStart start, EvaluationSetup setup, string folder, MachineShare share, CancellationToken cancellation)
    {
        var images = lazy.Training
            ?? throw new JobException("A fine-tuning was asked for and this job has no training images: submit it again with --train.");

        var device = place.Device.Require();
        var options = Recipe(setup) with
        {
            Device = device,
            Parts = TrainingThreads.Of(folder),
            Epochs = item.Epochs,
            Seed = SplitMix64.Derive(lazy.Spec.Options.Seed, "finetune"),
            CheckpointEvery = CheckpointEvery,

            // An attempt on another kind of slot starts over in its own folder.
            State = new StateFolder(device.IsHost ? folder : Path.Combine(folder, device.Kind), AtomicFile.Write),
        };
        var split = TrainingSplit.Of(images.RequireImages(), images.Preprocess!, setup.Network, options.BatchSize, lazy.Spec.Options.Seed);
        place.Say(
            $"fine-tuning {FormatShares.Of(item.Plan)} on {split.Training.Images.Count} images, "
            + $"{split.Validation.Images.Count} kept aside for validation");
        var tuner = new PlanFineTuner(accuracy, setup.Parity, setup.Builder);
        var outcome = tuner.Run(start, split, options, new EpochLines(item.Epochs, place.Say), cancellation, share);
        string resumed = outcome.Training.ResumedAt > 0 ? $", resumed at step {outcome.Training.ResumedAt}" : string.Empty;
        string found = LearnedAccuracy.Found(setup.Metric, outcome.ScoreBefore, outcome.ScoreAfter);
        place.Say($"fine-tuned{resumed}: {(outcome.Parity.Passed ? found : outcome.Verdict.Reason)}");
        return outcome;
    }

    // A network that is hardly better than chance has nothing to teach: then only the labels are used, at 1 % of the usual rate.
    private FineTuneOptions Recipe(EvaluationSetup setup)
    {
        var float32 = accuracy.Float32();
        return float32.Correct * (long)setup.Classes > 2L * float32.Total
            ? new FineTuneOptions()
            : new FineTuneOptions { Optimizer = TrainingOptimizer.Sgd, Distill = 0 };
    }

    private LearnedFile Describe(FineTuneOutcome outcome, EvaluationSetup setup, CancellationToken cancellation)
    {
        var channels = ChannelCheck.Judge(setup, outcome.After, outcome.Plan, cancellation);
        var result = new Coordinator.Work.FineTuneResult
        {
            Plan = outcome.Plan,
            Learned = outcome.Learned.ComputeDigest(),
            Accuracy = accuracy.Describe(outcome.Plan, outcome.After, outcome.ScoreAfter),
            ParityFailure = outcome.Parity.Failure ?? channels.Failure,
            WorstChannel = channels.Worst,
            BestEpoch = outcome.Training.Best,
            Images = lazy.Training!.Images.Count,
        };
        return new LearnedFile(result, outcome.Learned, outcome.After)
        {
            MayWin = result.ParityFailure is null
                && LearnedAccuracy.MayWin(outcome.Float32, outcome.ScoreBefore, outcome.ScoreAfter, lazy.Spec.Options),
            MustBeFaster = false, // if no accurate plan was found, the winner need not be faster than FP32
        };
    }

    private sealed class EpochLines(int epochs, Action<string> say) : IProgress<FineTuneProgress>
    {
        public void Report(FineTuneProgress value)
        {
            if (value.Finished is { } epoch)
            {
                say(
                    $"fine-tuning: epoch {epoch.Epoch} of {epochs}: loss {epoch.Loss:F4}, validation loss "
                    + $"{epoch.ValidationLoss:F4}, {epoch.Correct} of {epoch.Total} validation images right");
            }
        }
    }
}
