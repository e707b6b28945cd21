namespace Cluster.Tests;

/// <summary>Journals of jobs that are under way.</summary>
internal static class Begun
{
    public static JobSubmitted Submitted { get; } = new(Networks.Easy.Spec.JobId, Networks.Easy.Spec, Networks.Easy.Space);

    /// <summary>That job as a store has it.</summary>
    public static JobEntry Entry(string id, string model = "m") => new()
    {
        Id = id,
        CreatedAt = DateTimeOffset.UnixEpoch,
        Spec = Networks.Easy.Spec,
        Space = Networks.Easy.Space,
        Inputs = new JobInputs { Model = model, Calibration = new DataLocation("folder:/x") },
    };

    /// <summary>A job with one round of that many items, none of which has a result.</summary>
    public static IReadOnlyList<JournalEvent> Round(int items)
    {
        var plan = Plan.Uniform(GroupFormat.Int8, "onnxruntime-cpu", ["g"], "max", biasCorrection: false);
        var work = Enumerable.Range(0, items).Select(i => new AccuracyItem($"context {i}", plan, ImageScope.Full)).ToArray();
        return [Submitted, new RoundProposed(0, 0, "first", [.. work.Select((item, i) => new ProposedItem(i, item.Id, item))])];
    }

    /// <summary>A job in a given state of its life.</summary>
    public static IReadOnlyList<JournalEvent> In(JobStatus status) => status switch
    {
        JobStatus.Queued => [Submitted],
        JobStatus.Running => Round(1),
        JobStatus.Pausing => [.. Round(1), new PauseRequested()],
        JobStatus.Paused => [.. Round(1), new PauseRequested(), new JobPaused()],
        JobStatus.Cancelling => [.. Round(1), new CancelRequested("no")],
        JobStatus.Cancelled => [.. Round(1), new CancelRequested("no"), new JobCancelled()],
        JobStatus.Succeeded => SampleEvents.All,
        _ => [Submitted, new JobFailed("no")],
    };
}
