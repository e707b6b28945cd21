namespace Cluster.Coordinator.Running;

/// <summary>What a job waits for.</summary>
public enum WaitCause
{
    /// <summary>The time of its schedule, or another run of its tenant's schedules.</summary>
    Schedule,

    /// <summary>Its preparation to be tried again, after a fault that is not its own.</summary>
    Preparation,

    /// <summary>Other jobs of its tenant to end.</summary>
    Queue,

    /// <summary>A slot of the kind that its work needs: all are busy.</summary>
    Slot,

    /// <summary>A node that could do its work: there is none.</summary>
    Node,

    /// <summary>A person's labels.</summary>
    Labels,

    /// <summary>Its client, which computes its metric.</summary>
    Client,

    /// <summary>Its retry after a fault of coordination.</summary>
    Fault,

    /// <summary>Somebody to resume it.</summary>
    Pause,
}

/// <summary>Why nothing of a job that is not over runs at the moment: the one place that words it.</summary>
/// <param name="Cause">What it waits for.</param>
/// <param name="Reason">Why, in a sentence for people.</param>
public sealed record JobWait(WaitCause Cause, string Reason)
{
    /// <summary>A run of a schedule, before it is prepared.</summary>
    public static JobWait For(RunSchedule schedule, DateTimeOffset now)
    {
        string missed = schedule.Missed switch
        {
            0 => string.Empty,
            1 => "; the run before that was left out, as the last one was not over",
            var runs => $"; the {runs} runs before that were left out, as the last one was not over",
        };
        return new(WaitCause.Schedule, schedule.Due > now
            ? $"begins {schedule.Due.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z{missed}"
            : $"was due {schedule.Due.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z and follows when another scheduled run of its tenant is over"
                + missed);
    }

    /// <summary>A job whose preparation has failed and is tried again.</summary>
    public static JobWait ForPreparation(string problem) => new(WaitCause.Preparation, $"its files are not read yet: {problem}");

    /// <summary>A job of which no work runs.</summary>
    /// <param name="life">Its position in its life.</param>
    /// <param name="place">Its place in its tenant's queue; 0: none.</param>
    /// <param name="slot">Whether all of its work waits for slots.</param>
    /// <param name="client">Whether all of its work waits for its client's numbers.</param>
    public static JobWait? Of(JobLife life, int place, bool slot, bool client) => life switch
    {
        { Status: JobStatus.Unschedulable, Reason: var reason } => new(WaitCause.Node, reason ?? string.Empty),
        { Status: JobStatus.AwaitingLabels, Reason: var reason } => new(WaitCause.Labels, reason ?? string.Empty),
        { Status: JobStatus.Suspended, RetryAt: null, Reason: var reason } => new(WaitCause.Client, reason ?? string.Empty),
        { Status: JobStatus.Suspended, Reason: var reason } => new(WaitCause.Fault, reason ?? string.Empty),
        { Status: JobStatus.Paused } => new(WaitCause.Pause, "paused until it is resumed"),
        { Status: JobStatus.Queued } when place > 0 => new(WaitCause.Queue, $"place {place} in the queue of its tenant's jobs"),
        { Status: JobStatus.Queued or JobStatus.Running } when slot => ForSlot,
        { Status: JobStatus.Running } when client => new(WaitCause.Client, "its client computes the metric of predictions"),
        _ => null,
    };

    /// <summary>Work that waits for slots.</summary>
    public static JobWait ForSlot { get; } = new(WaitCause.Slot, "every slot of the kind that it needs is busy with other work");
}
