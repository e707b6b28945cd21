using System.Globalization;
using Cluster.Evaluation.Learning.FineTuning;
using Cluster.Evaluation.Measuring;
using Cluster.Evaluation.Setup;
using Cluster.Kernels.Data;
using Cluster.Kernels.Learning;
using Cluster.Kernels.Learning.FineTuning;
using Cluster.Kernels.Learning.FineTuning.Loading;
using Cluster.Kernels.Learning.Reconstruction;
using Cluster.Plans;
using Cluster.Storage.Files;

namespace Cluster.Bench.Ladder;

/// <summary>The steps that learn: roundings from the calibration images, everything from the training images.</summary>
/// <param name="folder">Finished blocks and checkpoints are kept there.</param>
internal sealed class LadderLearning(
    LadderOptions options,
    EvaluationSetup setup,
    string folder,
    Action<string> say,
    CancellationToken cancellation)
{
    // The trained bytes depend on their number; two that wait for each other on a busy machine are slower than one.
    private const int TrainingThreads = 1;

    /// <summary>A plan with learned roundings; its biases are corrected after them.</summary>
    public (LadderCandidate Candidate, string What) Round(LadderCandidate from, ReconstructionMethod method)
    {
        string name = method.ToString().ToLowerInvariant();
        var start = setup.Resolver.Resolve(setup.Translator.Settings(from.Plan));
        var result = Reconstructor.Run(
            setup.Network.Grouped,
            ReconstructionStart.Of(start),
            setup.Calibration,
            ReconstructionOptions.For(method, options.Iterations, options.Seed) with { LearningRate = options.RoundingRate },
            new StateFolder(Path.Combine(folder, "blocks"), AtomicFile.Write),
            null,
            TimeProvider.System,
            cancellation);
        var plan = new Plan(from.Plan.Target, [.. from.Plan.Groups.Select(group => group with { Rounding = name })]);
        double seconds = result.Blocks.Sum(block => block.Seconds);
        string what = string.Create(
            CultureInfo.InvariantCulture,
            $"{options.Iterations} iterations, rate {options.RoundingRate}; {result.Blocks.Count(block => block.Kept)} of "
            + $"{result.Blocks.Count} blocks kept, {seconds:F0} s at "
            + $"{result.Blocks.Sum(block => (double)block.Iterations) / seconds:F0} it/s");
        return (new LadderCandidate(plan, result.Parameters, setup.Builder.Build(plan, cancellation, null, result.Parameters)), what);
    }

    /// <summary>A plan whose numbers are trained with FP32 as the teacher.</summary>
    public (LadderCandidate Candidate, string What) Train(LadderCandidate from, string images)
    {
        var recipe = new FineTuneOptions();
        var training = recipe with
        {
            Epochs = options.Epochs,
            BatchSize = options.TrainingBatch,
            LearningRate = options.TrainingRate ?? recipe.LearningRate,
            Augmentation = new Augmentation(options.Flip, 0),
            Distill = options.Distill,
            Parts = TrainingThreads,
            Seed = options.Seed,
            State = new StateFolder(Path.Combine(folder, "training"), AtomicFile.Write),
        };
        var split = TrainingSplit.Of(
            DataSource.Open(images), setup.Evaluation.Preprocess!, setup.Network, training.BatchSize, options.Seed);
        var tuner = new PlanFineTuner(new FileScorer(setup), setup.Parity, setup.Builder);
        var outcome = tuner.Run(
            new FineTuneStart(from.Plan, null, from.Learned), split, training, new Epochs(say), cancellation);
        string what = string.Create(
            CultureInfo.InvariantCulture,
            $"{split.Training.Images.Count} images, {options.Epochs} epochs in batches of "
            + $"{options.TrainingBatch}{(options.Flip ? ", mirrored" : "")}, rate "
            + $"{options.TrainingRate?.ToString("R", CultureInfo.InvariantCulture) ?? "as usual"}, {options.Distill:0.##} "
            + $"distilled; epoch {outcome.Training.Best} taken by {split.Validation.Images.Count} others");
        return (new LadderCandidate(outcome.Plan, outcome.Learned, outcome.After), what);
    }

    private sealed class Epochs(Action<string> say) : IProgress<FineTuneProgress>
    {
        public void Report(FineTuneProgress value)
        {
            if (value.Finished is { } epoch)
            {
                say($"epoch {epoch.Epoch}: loss {epoch.Loss:F4}, {epoch.Correct} of {epoch.Total} validation images right");
            }
        }
    }
}
