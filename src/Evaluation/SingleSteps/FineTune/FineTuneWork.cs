using Cluster.Evaluation.Learning.FineTuning;
using Cluster.Kernels.Learning.FineTuning;

namespace Cluster.Evaluation.SingleSteps.FineTune;

/// <summary>One fine-tuning from its files to its files.</summary>
public sealed class FineTuneWork(FineTuneRequest request, IFineTuneView progress, Action<string> say)
{
    private MetricKind Metric => request.Metric ?? MetricKind.Top1;

    /// <summary>Runs the whole fine-tuning; an interrupted one resumes from its checkpoint.</summary>
    /// <exception cref="JobException">The plan cannot be built from its calibration folder.</exception>
    /// <exception cref="Kernels.KernelException">Model or images cannot be used, or training failed.</exception>
    public async Task<FineTuneReport> RunAsync(CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        var quantize = request.AsQuantize;
        var network = NetworkFile.OpenFor(request.Model, PlanFiles.Read(request.Plan), sizes: quantize.Sizes);
        if (LearningChoice.TrainingObstacle(network, isImages: true) is { } obstacle)
        {
            throw new JobException($"Fine-tuning learns from {obstacle}.") { FailsOn = JobFault.Request };
        }

        var memory = WorkingMemory.Of(request.Memory);
        string folder = Path.GetDirectoryName(Path.GetFullPath(request.Output))!;
        using var pixels = memory.ImageSpace(folder);
        var images = QuantizeImages.Open(quantize, network, pixels);
        var preprocess = InputPreprocess.Load(request.Model, request.Preprocess, request.Given, request.Training)!;
        var split = TrainingSplit.Of(
            DataSource.Open(request.Training, DataAccess.Anywhere, pixels: pixels, geometry: preprocess.Geometry),
            preprocess,
            network,
            request.Options.BatchSize,
            request.Options.Seed);
        Warn(split, images.Evaluation!);
        var files = new QuantizeFiles(request.Output);
        files.Prepare(say);
        using var uncalibrated = new NetworkSetup(network, TargetList.Usual, memory, folder) { Cores = request.Threads };
        using var share = await MachineShare.TakeAsync(new MachineLock(), cancellation);
        var plan = await Task.Run(() => new QuantizePlanner(quantize, uncalibrated, images, say).Make(cancellation), cancellation);

        var setup = uncalibrated.With(plan.Statistics, calibration: null, images.Evaluation, Metric);

        // Whether the trained file is kept is decided by top-1. Nothing is timed.
        var tuner = new PlanFineTuner(new FileScorer(setup with { Metric = MetricKind.Top1 }), setup.Parity, setup.Builder);
        say($"training on {split.Training.Images.Count} images, {split.Validation.Images.Count} kept aside for validation");
        progress.Begin(share.Clock);
        var start = new FineTuneStart(plan.Plan, plan.Corrections, plan.Learned);
        var options = request.Options with { Parts = request.Threads, State = new StateFolder(request.Checkpoints, AtomicFile.Write) };
        var outcome = await Task.Run(
            () => tuner.Run(start, split, options, progress, cancellation, share, request.Keep), cancellation);
        var (judgedBefore, judgedAfter) = await Task.Run(() => Judge(setup, outcome, cancellation), cancellation);
        if (Float32Doubts.Of(setup with { Metric = MetricKind.Top1 }, outcome.Float32.Correct) is { } doubt)
        {
            say(doubt);
        }

        var published = outcome.Verdict.Kept ? plan with { Plan = outcome.Plan, Learned = outcome.Learned } : plan;
        var artefact = outcome.Verdict.Kept ? outcome.After : outcome.Before;
        files.Write(network, published, artefact, null, null);

        // Only now: until the files exist, the same command must be able to resume.
        Directory.Delete(request.Checkpoints, recursive: true);
        say($"wrote {request.Output}: {outcome.Verdict.Reason}");
        return Report(outcome, files, artefact, split) with
        {
            MetricBefore = judgedBefore,
            MetricAfter = judgedAfter,
            Seconds = Stopwatch.GetElapsedTime(began).TotalSeconds,
        };
    }

    private void Warn(TrainingSplit split, ImageBatches evaluation)
    {
        int shared = split.Training.Images.CountShared(evaluation.Images) + split.Validation.Images.CountShared(evaluation.Images);
        if (shared > 0)
        {
            say($"warning: {shared} training images are in the evaluation set too; what is measured on them is too good");
        }
    }

    private (MeasuredMetric? Before, MeasuredMetric? After) Judge(
        EvaluationSetup setup, FineTuneOutcome outcome, CancellationToken cancellation)
    {
        if (Metric == MetricKind.Top1)
        {
            return (null, null);
        }

        var scorer = new FileScorer(setup);
        MeasuredMetric Of(BuiltArtefact file) => MeasuredMetric.Of(Metric, scorer.Float32(), scorer.Score(file.File, cancellation));
        return (Of(outcome.Before), Of(outcome.After));
    }

    private FineTuneReport Report(FineTuneOutcome outcome, QuantizeFiles files, BuiltArtefact artefact, TrainingSplit split)
    {
        var training = outcome.Training;
        return new FineTuneReport
        {
            Model = request.Model,
            Output = new QuantizeOutput(request.Output, artefact.Sha256, artefact.File.Length, artefact.ExactOn),
            Plan = files.Plan,
            Calibration = files.Calibration,
            Kept = outcome.Verdict.Kept,
            Reason = outcome.Verdict.Reason,
            Float32 = MeasuredAccuracy.Of(outcome.Float32, isFloat32: true),
            Before = MeasuredAccuracy.Of(outcome.ScoreBefore, isFloat32: false),
            After = MeasuredAccuracy.Of(outcome.ScoreAfter, isFloat32: false),
            TrainedSha256 = outcome.After.Sha256,
            Difference = FineTuneDifference.Of(outcome.Counts),
            Parity = ParityFindings.Of(outcome.Parity),
            Training = new FineTuneTrainingReport(
                split.Training.Images.Count,
                split.Validation.Images.Count,
                training.Log,
                training.Best,
                training.RolledBack,
                training.ResumedAt,
                progress.Seconds,
                progress.Steps == 0 ? null : progress.Steps * request.Options.BatchSize / progress.Seconds),
        };
    }
}

/// <summary>Shows a training in progress, and counts it for the report.</summary>
public interface IFineTuneView : IProgress<FineTuneProgress>
{
    /// <summary>Iterations done in this process.</summary>
    long Steps { get; }

    /// <summary>Seconds of training in this process.</summary>
    double Seconds { get; }

    /// <summary>Starts the clock.</summary>
    /// <param name="clock">Measures the time spent in training.</param>
    void Begin(TimeProvider clock);
}
