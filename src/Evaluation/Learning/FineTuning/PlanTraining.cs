using Cluster.Learning.FineTuning;
using Cluster.Learning.Optimizers;

namespace Cluster.Evaluation.Learning.FineTuning;

/// <summary>How a plan is trained, in a job and by `finetune`.</summary>
/// <param name="scorer">Judges the files.</param>
/// <param name="images">Labelled training images.</param>
/// <param name="say">Receives a sentence for each epoch.</param>
internal sealed class PlanTraining(EvaluationSetup setup, FileScorer scorer, ImageBatches images, Action<string> say)
{
    // Often enough that a kill costs only minutes, rarely enough that writing costs almost nothing.
    private const int CheckpointEvery = 100;

    /// <summary>Where it is trained.</summary>
    public required ComputeDevice Device { get; init; }

    /// <summary>The job's options: epochs, rate, schedule, optimizer and seed.</summary>
    public required JobOptions Job { get; init => field = value.WithTraining(); }

    private int Epochs => Job.Epochs!.Value;

    /// <summary>Trains, or resumes from the checkpoints in a folder, and compares the files before and after.</summary>
    /// <param name="share">The shared machine lock, which training yields between two steps to a waiting timer.</param>
    /// <exception cref="Networks.KernelException">Training failed.</exception>
    public FineTuneOutcome Run(FineTuneStart start, string folder, MachineShare share, CancellationToken cancellation)
    {
        var options = Asked(Recipe()) with
        {
            Device = Device,
            Parts = TrainingThreads.Of(folder),
            Epochs = Epochs,
            Seed = SplitMix64.Derive(Job.Seed, "finetune"),
            CheckpointEvery = CheckpointEvery,

            // An attempt on another kind of slot starts over in its own folder.
            State = new StateFolder(Device.IsHost ? folder : Path.Combine(folder, Device.Kind), AtomicFile.Write),
        };
        var split = TrainingSplit.Of(images.RequireImages(), images.Preprocess!, setup.Network, options.BatchSize, Job.Seed);
        say($"fine-tuning {FormatShares.Of(start.Plan)} on {split.Training.Images.Count} images, "
            + $"{split.Validation.Images.Count} kept aside for validation");
        var tuner = new PlanFineTuner(scorer, setup.Parity, setup.Builder);
        var outcome = tuner.Run(start, split, options, new EpochLines(Epochs, say), cancellation, share);
        string resumed = outcome.Training.ResumedAt > 0 ? $", resumed at step {outcome.Training.ResumedAt}" : string.Empty;
        string found = LearnedAccuracy.Found(setup.Metric, outcome.ScoreBefore, outcome.ScoreAfter);
        say($"fine-tuned{resumed}: {(outcome.Parity.Passed ? found : outcome.Verdict.Reason)}");
        return outcome;
    }

    // A network that is hardly better than chance has nothing to teach: then only the labels are used, at 1 % of the usual rate.
    private FineTuneOptions Recipe()
    {
        var float32 = scorer.Float32();
        return float32.Correct * (long)setup.Network.Classes > 2L * float32.Total
            ? new FineTuneOptions()
            : new FineTuneOptions { Optimizer = TrainingOptimizer.Sgd, Distill = 0 };
    }

    private FineTuneOptions Asked(FineTuneOptions usual) => usual with
    {
        LearningRate = Job.LearningRate,
        Decay = Job.Schedule switch
        {
            ScheduleKind.Constant => RateDecay.Constant,
            ScheduleKind.Exponential => RateDecay.Exponential,
            ScheduleKind.Step => RateDecay.Step,
            _ => usual.Decay,
        },
        Optimizer = Job.Optimizer switch
        {
            OptimizerKind.Sgd => TrainingOptimizer.Sgd,
            OptimizerKind.Adam => TrainingOptimizer.AdamW,
            _ => usual.Optimizer,
        },
        FreezeRangesAfter = Job.FreezeRanges ?? usual.FreezeRangesAfter,
    };

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

/// <summary>
/// Parts of a batch that training computes concurrently, one thread each. The trained bytes depend on their number, so a training resumes
/// with its original number, on any machine.
/// </summary>
internal static class TrainingThreads
{
    /// <summary>The number that a folder's training started with, or this machine's, which is then stored there.</summary>
    public static int Of(string folder)
    {
        string path = Path.Combine(folder, "threads");
        if (File.Exists(path) && int.TryParse(File.ReadAllText(path), CultureInfo.InvariantCulture, out int known) && known > 0)
        {
            return known;
        }

        Directory.CreateDirectory(folder);
        AtomicFile.Write(path, Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture));
        return Environment.ProcessorCount;
    }
}

/// <summary>
/// Labelled training images, a few of which are held out to choose among epochs, so that the evaluation images are used only once, for the
/// verdict.
/// </summary>
internal sealed record TrainingSplit(ImageBatches Training, ImageBatches Validation)
{
    // Precise enough for a choice among ten epochs, and no more images than a network can spare.
    private const int LargestValidation = 1000;
    private const int ValidationPart = 20;
    private const int Fewest = 2;

    /// <summary>Splits the images, seeded.</summary>
    /// <exception cref="KernelException">They do not fit this network, or are too few.</exception>
    public static TrainingSplit Of(ImageSet images, Preprocess preprocess, NetworkFile network, int batch, long seed)
    {
        images.For(network.Grouped.Inputs, preprocess);
        images.RequireClasses(network.Classes);
        if (images.Count < Fewest)
        {
            throw new KernelException(
                $"'{images.Name}' has {images.Count} image where at least {Fewest} are needed to train and to validate; give more.");
        }

        int validation = Math.Clamp(images.Count / ValidationPart, 1, LargestValidation);
        var split = DataSplit.Seeded(images.Count, SplitMix64.Derive(seed, "finetune/validation"), validation);
        return new TrainingSplit(
            new ImageBatches(images.Select(split.Evaluation), preprocess, batch),
            new ImageBatches(images.Select(split.Calibration), preprocess, network.ExecutionBatch));
    }
}
