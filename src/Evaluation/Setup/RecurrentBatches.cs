namespace Cluster.Evaluation.Setup;

/// <summary>
/// What becomes of an LSTM in INT8 in batches: ONNX Runtime rounds inputs and states by the range of all samples that a thread has, so
/// that answers depend on the batch and on how many threads share it. Accuracy is measured one sample a run, which is the same with any.
/// </summary>
internal static class RecurrentBatches
{
    /// <summary>A sentence where batches are timed; null if nothing depends on them.</summary>
    /// <param name="winner">Only what this plan has in INT8 counts; null: all that may be.</param>
    public static string? Warning(NetworkFile network, JobOptions options, Plan? winner = null)
    {
        var names = network.Grouped.Groups.Where(group => group.IsRecurrent && group.CanQuantize).Select(group => group.Name)
            .ToHashSet(StringComparer.Ordinal);
        int count = winner is null ? names.Count
            : winner.Groups.Count(decision => decision.Format.IsInteger && names.Contains(decision.Group));
        bool isAlone = options.Batch == 1 || network.Normalised is { FixedBatch: 1 } or { TakesOneSample: true };
        return count == 0 || isAlone || TargetList.Find(options.Target).UsesGpu ? null
            : $"an LSTM in INT8 rounds what each thread has of a batch by one range: accuracy is that of one sample a run, and batches of "
                + $"{options.Batch}, as they are timed, on {options.Threads} {(options.Threads == 1 ? "thread" : "threads")} answer "
                + $"otherwise; deploy and time one sample a run ({JobLimits.Batch.Name} 1).";
    }
}
