namespace Cluster.Coordinator.Journal;

/// <summary>A job's position in its life cycle.</summary>
/// <param name="Status">Its status.</param>
/// <param name="HasBegun">Whether work was proposed; it determines the status to which a resumed job returns.</param>
/// <param name="Reason">Why it was cancelled, failed, suspended, is unschedulable or waits, or null.</param>
/// <param name="RetryAt">When a suspended job is retried automatically; null of others, and where it waits to be resumed.</param>
/// <param name="Suspensions">How often it was suspended since it last made progress.</param>
/// <param name="FailsOn">What a failed job's request fails on.</param>
public readonly record struct JobLife(
    JobStatus Status,
    bool HasBegun = false,
    string? Reason = null,
    DateTimeOffset? RetryAt = null,
    int Suspensions = 0,
    JobFault FailsOn = JobFault.Content);

/// <summary>
/// The table of a job's life cycle: which event may follow in which status, and which status it leads to. All code that shows, counts or
/// decides by a job's status uses it (docs/architecture.md shows the table).
/// </summary>
public static class JobLifecycle
{
    /// <summary>The statuses of jobs that have ended.</summary>
    public static IReadOnlyList<JobStatus> Ended { get; } = [.. Enum.GetValues<JobStatus>().Where(status => status.HasEnded())];

    /// <summary>The statuses of jobs that have not ended.</summary>
    public static IReadOnlyList<JobStatus> Unended { get; } = [.. Enum.GetValues<JobStatus>().Where(status => !status.HasEnded())];

    /// <summary>The statuses of jobs that are under way: those that have not ended, without runs that wait for their time.</summary>
    public static IReadOnlyList<JobStatus> UnderWay { get; } = [.. Unended.Where(status => status != JobStatus.Scheduled)];

    /// <summary>A job's life after one more event, or null if the event cannot follow.</summary>
    /// <param name="life">The life so far; null before the job is submitted.</param>
    /// <param name="journalEvent">The event.</param>
    public static JobLife? Next(JobLife? life, JournalEvent journalEvent) => (life, journalEvent) switch
    {
        (null, JobSubmitted) => new JobLife(JobStatus.Queued),
        (null, _) or (_, JobSubmitted) => null,
        ({ } now, _) => now.Status.HasEnded() || now.Status.IsUnprepared() ? null : After(now, journalEvent),
    };

    /// <summary>As <see cref="Next"/>, but throws if the event cannot follow, because the journal is then damaged.</summary>
    /// <exception cref="JobException">The event cannot follow.</exception>
    public static JobLife Follow(JobLife? life, JournalEvent journalEvent) => Next(life, journalEvent) ?? throw CannotFollow(
        journalEvent,
        (life, journalEvent) switch
        {
            (null, _) => "no job is submitted",
            ({ Status: var ended }, _) when ended.HasEnded() => "the job is already over",
            (_, JobSubmitted) => "a job is submitted once",
            ({ Status: var status }, _) => $"the job is {status}",
        });

    /// <summary>A job's life from its whole journal, or null for an empty one.</summary>
    /// <exception cref="JobException">An event cannot follow those before it.</exception>
    public static JobLife? Fold(IEnumerable<JournalEvent> events)
    {
        JobLife? life = null;
        foreach (var journalEvent in events)
        {
            life = Follow(life, journalEvent);
        }

        return life;
    }

    /// <summary>The error for an event that cannot follow those before it.</summary>
    internal static JobException CannotFollow(JournalEvent journalEvent, string why) => new(
        $"The journal holds an event {journalEvent.GetType().Name} that cannot follow those before it ({why}): restore it "
        + "from a copy, or start again with --fresh.");

    // For a job that has not ended. Work may continue after a requested pause or cancellation: running work ends first.
    private static JobLife? After(JobLife now, JournalEvent journalEvent) => (journalEvent, now.Status) switch
    {
        (RoundProposed, JobStatus.Suspended) => null,
        (RoundProposed, JobStatus.Queued) => now with { Status = JobStatus.Running, HasBegun = true, Suspensions = 0 },
        (RoundProposed, _) => now with { HasBegun = true, Suspensions = 0 },
        (PauseRequested, JobStatus.Queued or JobStatus.Running or JobStatus.Suspended or JobStatus.Unschedulable
            or JobStatus.AwaitingLabels) => Calm(now, JobStatus.Pausing),
        (JobPaused, JobStatus.Pausing) => now with { Status = JobStatus.Paused },
        (JobResumed, JobStatus.Pausing or JobStatus.Paused or JobStatus.Suspended) => Back(now),
        (LabelsAwaited asked, JobStatus.Running) => now with
        {
            Status = JobStatus.AwaitingLabels,
            Reason = asked.Images.Count == 1 ? "1 label decides; give it with `cluster label`"
                : $"{asked.Images.Count} labels decide; give them with `cluster label`",
        },
        (LabelsGiven, JobStatus.AwaitingLabels) => Back(now),
        (JobSuspended why, JobStatus.Queued or JobStatus.Running or JobStatus.Unschedulable or JobStatus.AwaitingLabels) =>
            now with { Status = JobStatus.Suspended, Reason = why.Reason, RetryAt = why.RetryAt, Suspensions = why.Times },
        (JobRetried, JobStatus.Suspended) => Back(now),
        (JobUnschedulable why, JobStatus.Queued or JobStatus.Running) => now with { Status = JobStatus.Unschedulable, Reason = why.Reason },
        (JobSchedulable, JobStatus.Unschedulable) => Back(now),
        (CancelRequested cancel, not JobStatus.Cancelling) => Calm(now, JobStatus.Cancelling) with { Reason = cancel.Reason },
        (StopRequested, not JobStatus.Cancelling) => Back(now),
        (JobCancelled, JobStatus.Cancelling) => now with { Status = JobStatus.Cancelled },
        (JobFailed failed, _) => Calm(now, JobStatus.Failed) with { Reason = failed.Reason, FailsOn = failed.FailsOn },
        (JobCompleted, _) => Calm(now, JobStatus.Succeeded),
        (PauseRequested or JobPaused or JobResumed or CancelRequested or StopRequested or JobCancelled, _) => null,
        (LabelsAwaited or LabelsGiven, _) => null,
        (JobSuspended or JobRetried or JobUnschedulable or JobSchedulable, _) => null,
        (ItemCompleted or ItemFailed or WinnerSelected or StepEvent, _) => now with { Suspensions = 0 },
        _ => now,
    };

    private static JobLife Back(JobLife now) => Calm(now, now.HasBegun ? JobStatus.Running : JobStatus.Queued);

    // A reason belongs to the status for which it was given.
    private static JobLife Calm(JobLife now, JobStatus status) => now with { Status = status, Reason = null, RetryAt = null };
}
