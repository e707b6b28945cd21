using System.Diagnostics;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Statistics;
using Cluster.Coordinator.Work;
using Cluster.Kernels.Reconstruction;
using Cluster.Kernels.Runtimes;
using Cluster.Silo.Evaluation;
using Cluster.Silo.FineTuning;
using Cluster.Silo.Jobs;
using Cluster.Silo.Workers;

namespace Cluster.Silo.Reconstruction;

/// <summary>Does a job's <see cref="ReconstructItem"/>: learns roundings, and measures the file that comes of it in the same way as any candidate.</summary>
internal sealed class RoundingLearner(LazySetup lazy, AccuracyMeasurer accuracy, LatencyMeasurer latency, LearningPlace place)
{
    private const long LargestCaches = 4L << 30;

    // Activations of the whole calibration set, in FP32 and quantized: what does not fit goes to files.
    private const int CacheShare = 4;

    /// <summary>Learns, or goes on after the blocks that an earlier try finished.</summary>
    /// <exception cref="Kernels.KernelException">The network or the images cannot be reconstructed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; finished blocks are kept.</exception>
    public async Task<WorkResult> RunAsync(ReconstructItem item, Action<WorkStage> stage, CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        var setup = lazy.Value;
        string folder = place.FolderOf(item);

        // A try that was given up may still be writing there for a while.
        stage(WorkStage.Waiting);
        Directory.CreateDirectory(place.Blocks);
        using var own = await new MachineLock($"{folder}.lock").ExclusiveAsync(cancellation);
        ReconstructionOutcome outcome;
        ReconstructResult result;
        bool isWorthTiming;
        using (await setup.Machine.SharedAsync(cancellation))
        {
            stage(WorkStage.Training);
            outcome = await Task.Run(() => Learn(item, setup, folder, cancellation), cancellation);
            isWorthTiming = IsWorthTiming(outcome);
            result = new ReconstructResult
            {
                Plan = outcome.Plan,

                // Parameters that cannot win are of no use to anybody.
                Learned = isWorthTiming ? await place.KeepAsync(outcome.Learned, cancellation) : outcome.Learned.ComputeDigest(),
                Accuracy = accuracy.Describe(outcome.Plan, outcome.After, outcome.ScoreAfter),
                ParityFailure = outcome.Parity.Passed ? null : outcome.Parity.Failure,
                Blocks = outcome.Blocks,
                Evaluations = outcome.Evaluations,
            };
        }

        if (isWorthTiming)
        {
            result = await TimeAsync(result, outcome, setup, stage, cancellation);
        }

        return result with { Seconds = Stopwatch.GetElapsedTime(began).TotalSeconds };
    }

    private async Task<ReconstructResult> TimeAsync(ReconstructResult result, ReconstructionOutcome outcome, EvaluationSetup setup, Action<WorkStage> stage, CancellationToken cancellation)
    {
        // What may take the winner's place is timed as the winner was.
        stage(WorkStage.Waiting);
        LatencyResult timed;
        using (await setup.Machine.ExclusiveAsync(cancellation))
        {
            stage(WorkStage.Running);
            timed = await Task.Run(() => latency.Measure(outcome.Plan, outcome.After.Bytes, cancellation), cancellation);
        }

        // The test set is looked at for winners only.
        if (setup.Test is not { } test || !Ties.IsFaster(timed.MedianMs, timed.Float32MedianMs))
        {
            return result with { Latency = timed };
        }

        stage(WorkStage.Waiting);
        using var shared = await setup.Machine.SharedAsync(cancellation);
        stage(WorkStage.Running);
        return result with { Latency = timed, Test = await Task.Run(() => accuracy.Test(outcome.After.Bytes, test, cancellation), cancellation) };
    }

    private ReconstructionOutcome Learn(ReconstructItem item, EvaluationSetup setup, string folder, CancellationToken cancellation)
    {
        string title = item.Step.Title();
        var method = item.Step switch
        {
            ReconstructionStep.AdaRound => ReconstructionMethod.AdaRound,
            ReconstructionStep.Brecq => ReconstructionMethod.Brecq,
            _ => ReconstructionMethod.QDrop,
        };
        var options = ReconstructionOptions.For(method, item.Iterations, SplitMix64.Derive(lazy.Spec.Seed, $"reconstruction/{item.Step.Rounding()}")) with
        {
            Device = SlotDevice.Current(place.Say),
            CacheBytes = Math.Min(LargestCaches, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / CacheShare),
        };
        place.Say($"{title} on {setup.Calibration.Images.Count} images, {item.Plan.Int8Count} of {item.Plan.Groups.Count} groups in int8");
        var outcome = new PlanReconstructor(setup, accuracy).Run(item.Plan, item.Step.Rounding(), options, folder, new BlockLines(title, place.Say), cancellation);
        place.Say($"{title}: {outcome.Blocks.Count(block => block.Kept)} of {outcome.Blocks.Count} blocks kept, {outcome.ScoreAfter.Correct} of {outcome.ScoreAfter.Total} evaluation images right, {outcome.ScoreBefore.Correct} without");
        return outcome;
    }

    private bool IsWorthTiming(ReconstructionOutcome outcome)
    {
        if (!outcome.Parity.Passed || !outcome.Blocks.Any(block => block.Kept))
        {
            return false;
        }

        var fromFloat32 = PairedCounts.Of(accuracy.Float32().CorrectBits, outcome.ScoreAfter.CorrectBits, outcome.ScoreAfter.Total);
        return new Feasibility(lazy.Spec.MaxDrop, lazy.Spec.Confidence).IsFeasible(fromFloat32)
            || FineTuneVerdict.Of(PairedCounts.Of(outcome.ScoreBefore.CorrectBits, outcome.ScoreAfter.CorrectBits, outcome.ScoreAfter.Total)).Kept;
    }
}
