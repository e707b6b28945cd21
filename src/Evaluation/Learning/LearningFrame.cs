using System.Diagnostics;
using Cluster.Coordinator.Work;
using Cluster.Evaluation.Measuring;
using Cluster.Evaluation.Setup;
using Cluster.Storage.Locks;

namespace Cluster.Evaluation.Learning;

/// <summary>
/// Runs a learning item: takes the folder's lock, trains under the shared machine lock, and times only results that
/// could replace the winner.
/// </summary>
internal sealed class LearningFrame(EvaluationSetup setup, AccuracyMeasurer accuracy, LatencyMeasurer latency, LearningPlace place)
{
    /// <summary>Learns in the item's folder, and measures the result.</summary>
    /// <param name="learn">Learns, given the folder and the shared machine lock, which it yields to a waiting
    /// timer.</param>
    public async Task<WorkResult> RunAsync(
        WorkItem item, Func<string, MachineShare, LearnedFile> learn, Action<WorkStage> stage, CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        stage(WorkStage.Waiting);
        using var folder = await LearningFolder.TakeAsync(place, item, cancellation);
        LearnedFile file;
        string digest;
        using (var share = await MachineShare.TakeAsync(setup.Machine, cancellation))
        {
            stage(WorkStage.Training);
            file = await Task.Run(() => learn(folder.Path, share), cancellation);

            // Parameters that cannot win are of no use.
            digest = file.MayWin ? await place.KeepAsync(file.Learned, cancellation) : file.Learned.ComputeDigest();
        }

        var timed = file.MayWin ? await TimeAsync(file, stage, cancellation) : null;
        var test = timed is not null && file.MayWinWith(timed) ? await TestAsync(file, stage, cancellation) : null;
        return file.Result(new LearnedMeasurements(digest, timed, test, Stopwatch.GetElapsedTime(began).TotalSeconds));
    }

    private async Task<LatencyResult> TimeAsync(LearnedFile file, Action<WorkStage> stage, CancellationToken cancellation)
    {
        stage(WorkStage.Waiting);
        using var alone = await setup.Machine.ExclusiveAsync(cancellation);
        stage(WorkStage.Running);
        return await Task.Run(() => latency.Measure(file.Plan.Digest, file.Artefact.Bytes, cancellation), cancellation);
    }

    // The test set is used for winners only.
    private async Task<TestResult?> TestAsync(LearnedFile file, Action<WorkStage> stage, CancellationToken cancellation)
    {
        if (setup.Test is not { } test)
        {
            return null;
        }

        stage(WorkStage.Waiting);
        using var shared = await setup.Machine.SharedAsync(cancellation);
        stage(WorkStage.Running);
        return await Task.Run(() => accuracy.Test(file.Artefact.Bytes, test, cancellation), cancellation);
    }
}
