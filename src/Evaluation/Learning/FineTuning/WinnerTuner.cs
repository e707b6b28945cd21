using Cluster.Learning.FineTuning;

namespace Cluster.Evaluation.Learning.FineTuning;

/// <summary>Runs a job's <see cref="FineTuneItem"/>: trains the plan, and measures the result like any other candidate.</summary>
internal sealed class WinnerTuner(LazySetup lazy, AccuracyMeasurer accuracy, LatencyMeasurer latency, LearningPlace place)
{
    /// <summary>Trains, or resumes from an earlier attempt's checkpoints.</summary>
    /// <exception cref="Networks.KernelException">Training failed.</exception>
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

        return new PlanTraining(setup, accuracy, images, place.Say)
        {
            Device = place.Device.Require(),
            Job = lazy.Spec.Options with { Epochs = item.Epochs },
        }.Run(start, folder, share, cancellation);
    }

    private LearnedCandidate Describe(FineTuneOutcome outcome, EvaluationSetup setup, CancellationToken cancellation)
    {
        var channels = ChannelCheck.Judge(setup, outcome.After, outcome.Plan, cancellation);
        var result = new FineTuneResult
        {
            Plan = outcome.Plan,
            Learned = outcome.Learned.ComputeDigest(),
            Accuracy = accuracy.Describe(outcome.Plan, outcome.After, outcome.ScoreAfter),
            ParityFailure = outcome.Parity.Failure ?? channels.Failure,
            WorstChannel = channels.Worst,
            Quiet = channels.Quiet,
            BestEpoch = outcome.Training.Best,
            Images = lazy.Training!.Images.Count,
        };
        return new LearnedCandidate(result, outcome.Learned, outcome.After)
        {
            MayWin = result.ParityFailure is null
                && LearnedAccuracy.MayWin(outcome.Float32, outcome.ScoreBefore, outcome.ScoreAfter, lazy.Spec.Options),
            MustBeFaster = false, // if no accurate plan was found, the winner need not be faster than FP32
        };
    }
}
