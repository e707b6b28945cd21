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
        WorkItem item, Func<string, MachineShare, LearnedCandidate> learn, Action<WorkStage> stage, CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        stage(WorkStage.Waiting);
        using var alone = await place.LockAsync(item, cancellation);
        LearnedCandidate file;
        LearnedResult result;
        using (var share = await MachineShare.TakeAsync(setup.Machine, cancellation))
        {
            stage(WorkStage.Training);
            file = await Task.Run(() => learn(place.FolderOf(item), share), cancellation);

            // Roundings that cannot win are of no use; a trained file is written beside the winner in any case.
            result = file.MayWin || item is FineTuneItem
                ? file.Result with { Learned = await place.KeepAsync(file.Learned, cancellation) }
                : file.Result;
        }

        if (file.MayWin)
        {
            var timed = await TimeAsync(file, stage, cancellation);
            bool isTested = !file.MustBeFaster || Ties.IsFaster(timed.MedianMs, timed.Float32MedianMs);
            result = result with { Latency = timed, Test = isTested ? await TestAsync(file, stage, cancellation) : null };
        }

        return result with { Seconds = Stopwatch.GetElapsedTime(began).TotalSeconds };
    }

    private async Task<LatencyResult> TimeAsync(LearnedCandidate file, Action<WorkStage> stage, CancellationToken cancellation)
    {
        stage(WorkStage.Waiting);
        using var alone = await setup.Machine.ExclusiveAsync(cancellation);
        stage(WorkStage.Running);
        return await Task.Run(() => latency.Measure(file.Result.Plan.Digest, file.Artefact.File, cancellation), cancellation);
    }

    // The test set is used for winners only.
    private async Task<TestResult?> TestAsync(LearnedCandidate file, Action<WorkStage> stage, CancellationToken cancellation)
    {
        if (setup.Test is not { } test)
        {
            return null;
        }

        stage(WorkStage.Waiting);
        using var shared = await setup.Machine.SharedAsync(cancellation);
        stage(WorkStage.Running);
        return await Task.Run(() => accuracy.Test(file.Artefact.File, test, cancellation), cancellation);
    }
}

/// <summary>A file with learned numbers.</summary>
/// <param name="Result">What is known of it before it is timed.</param>
internal sealed record LearnedCandidate(LearnedResult Result, LearnedParameters Learned, BuiltArtefact Artefact)
{
    /// <summary>Whether its accuracy allows it to replace the winner; otherwise it is not timed.</summary>
    public required bool MayWin { get; init; }

    /// <summary>Whether it also has to be faster than FP32 for that.</summary>
    public required bool MustBeFaster { get; init; }
}
