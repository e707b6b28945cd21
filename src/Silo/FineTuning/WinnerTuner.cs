using System.Diagnostics;
using System.Globalization;
using Cluster.Coordinator;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Work;
using Cluster.Kernels.Evaluation;
using Cluster.Kernels.Runtimes;
using Cluster.Kernels.Training.FineTuning;
using Cluster.Silo.Evaluation;
using Cluster.Silo.Jobs;
using Cluster.Silo.Workers;

namespace Cluster.Silo.FineTuning;

/// <summary>Does a job's <see cref="FineTuneItem"/>: trains the winner, and measures what came of it in the same way as any candidate.</summary>
internal sealed class WinnerTuner(LazySetup lazy, AccuracyMeasurer accuracy, LatencyMeasurer latency, LearningPlace place)
{
    // Often enough that a kill costs minutes, rarely enough that writing costs nothing to speak of.
    private const int CheckpointEvery = 100;

    /// <summary>Trains, or goes on where an earlier try left checkpoints.</summary>
    /// <exception cref="Kernels.KernelException">Training failed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; there is a checkpoint.</exception>
    public async Task<WorkResult> RunAsync(FineTuneItem item, Action<WorkStage> stage, CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        var setup = lazy.Value;
        string folder = place.FolderOf(item);

        // A try that was given up may still be writing there for a while.
        stage(WorkStage.Waiting);
        Directory.CreateDirectory(place.Checkpoints);
        using var own = await new MachineLock($"{folder}.lock").ExclusiveAsync(cancellation);
        var start = await StartAsync(item, cancellation);
        FineTuneOutcome outcome;
        Coordinator.Work.FineTuneResult result;
        using (await setup.Machine.SharedAsync(cancellation))
        {
            stage(WorkStage.Training);
            outcome = await Task.Run(() => Train(item, start, setup, folder, cancellation), cancellation);
            result = await DescribeAsync(outcome, setup, cancellation);
        }

        if (!outcome.Verdict.Kept)
        {
            return result with { Seconds = Stopwatch.GetElapsedTime(began).TotalSeconds };
        }

        // What may take the winner's place is timed as the winner was.
        stage(WorkStage.Waiting);
        using var alone = await setup.Machine.ExclusiveAsync(cancellation);
        stage(WorkStage.Running);
        var timed = await Task.Run(() => latency.Measure(outcome.Plan, outcome.After.Bytes, cancellation), cancellation);
        return result with { Latency = timed, Seconds = Stopwatch.GetElapsedTime(began).TotalSeconds };
    }

    // What a reconstruction learned is where training goes on from.
    private async Task<FineTuneStart> StartAsync(FineTuneItem item, CancellationToken cancellation)
    {
        var learned = item.Learned is { } digest ? await place.ReadAsync(digest, cancellation) : null;
        return new FineTuneStart(item.Plan, learned?.Biases, learned);
    }

    private FineTuneOutcome Train(FineTuneItem item, FineTuneStart start, EvaluationSetup setup, string folder, CancellationToken cancellation)
    {
        var images = lazy.Training ?? throw new JobException("A fine-tuning was asked for and this job has no training images: submit it again with --train.");

        var device = SlotDevice.Current(place.Say);
        var options = Recipe(setup) with
        {
            Device = device,
            Epochs = item.Epochs,
            Seed = SplitMix64.Derive(lazy.Spec.Seed, "finetune"),
            CheckpointEvery = CheckpointEvery,

            // A try that another kind of slot takes over begins anew, beside.
            Folder = device.IsHost ? folder : Path.Combine(folder, device.Kind),
        };
        var split = TrainingSplit.Of(images.Images, images.Preprocess, setup.Network, options.BatchSize, lazy.Spec.Seed);
        place.Say($"fine-tuning the winner on {split.Training.Images.Count} images, {split.Validation.Images.Count} kept aside for validation");
        var tuner = new PlanFineTuner(setup.Network, setup.Float32, setup.Builder, setup.Cores, TrainingThreads.Of(folder));
        var outcome = tuner.Run(start, split, setup.Evaluation, options, new EpochLines(item.Epochs, place.Say), cancellation);
        string resumed = outcome.Training.ResumedAt > 0 ? $", resumed at step {outcome.Training.ResumedAt}" : string.Empty;
        place.Say($"fine-tuned{resumed}: {outcome.Verdict.Reason}");
        return outcome;
    }

    // A network that answers hardly better than chance has nothing to teach: then the labels alone, at 1 % of the usual rate.
    private FineTuneOptions Recipe(EvaluationSetup setup)
    {
        var float32 = accuracy.Float32();
        return float32.Correct * (long)setup.Network.Classes > 2L * float32.Total ? new FineTuneOptions() : new FineTuneOptions { Optimizer = TrainingOptimizer.Sgd, Distill = 0 };
    }

    private async Task<Coordinator.Work.FineTuneResult> DescribeAsync(FineTuneOutcome outcome, EvaluationSetup setup, CancellationToken cancellation)
    {
        // Parameters that are not better are of no use to anybody.
        string learned = outcome.Verdict.Kept ? await place.KeepAsync(outcome.Learned, cancellation) : outcome.Learned.ComputeDigest();
        return new Coordinator.Work.FineTuneResult
        {
            Plan = outcome.Plan,
            Learned = learned,
            Accuracy = accuracy.Describe(outcome.Plan, outcome.After, outcome.ScoreAfter),
            ParityFailure = outcome.Parity.Passed ? null : outcome.Parity.Failure,

            // The test set is looked at for winners only.
            Test = outcome.Verdict.Kept && setup.Test is { } test
                ? await Task.Run(() => accuracy.Test(outcome.After.Bytes, test, cancellation), cancellation)
                : null,
            BestEpoch = outcome.Training.Best,
            Images = lazy.Training!.Images.Count,
        };
    }

    private sealed class EpochLines(int epochs, Action<string> say) : IProgress<FineTuneProgress>
    {
        public void Report(FineTuneProgress value)
        {
            if (value.Finished is { } epoch)
            {
                say(string.Create(
                    CultureInfo.InvariantCulture,
                    $"fine-tuning: epoch {epoch.Epoch} of {epochs}: loss {epoch.Loss:F4}, validation loss {epoch.ValidationLoss:F4}, {epoch.Correct} of {epoch.Total} validation images right"));
            }
        }
    }
}
