namespace Cluster.Silo.Workers.Child;

/// <summary>The limits of a child: memory, silence, and time in each stage of a request.</summary>
internal sealed class ChildLimits(WorkerOptions options)
{
    // If the system kills a child this close to its memory limit, it counts as out of memory.
    private const double NearLimit = 0.8;

    private readonly long _memory = options.MemoryLimit ?? MemoryShare.Of(options.Slots);

    /// <summary>Whether a child killed by the system had used most of its allowed memory.</summary>
    /// <param name="resident">Bytes.</param>
    public bool IsNearMemory(long resident) => _memory > 0 && resident > _memory * NearLimit;

    /// <summary>Why a child must end now, or null.</summary>
    /// <param name="resident">Bytes of memory that it uses.</param>
    /// <param name="asked">Its request, or null if it has none. The caller keeps it from changing meanwhile.</param>
    public ChildEnd? Violation(long resident, AskedRequest? asked)
    {
        if (_memory > 0 && resident > _memory)
        {
            return new ChildEnd(
                FailureKind.OutOfMemory, $"The evaluator uses {resident >> 20} MiB of memory where {_memory >> 20} MiB are allowed.");
        }

        return asked switch
        {
            null => null,
            { Id: 0 } => asked.InStage > options.StartLimit
                ? new ChildEnd(
                    FailureKind.Unavailable, $"The evaluator did not answer within {Seconds(options.StartLimit)} of its start.")
                : null,
            _ when asked.Silent > options.Silence => new ChildEnd(
                FailureKind.LeaseExpired, $"The evaluator gave no sign of life for {Seconds(options.Silence)}."),
            _ => StageViolation(asked),
        };
    }

    private ChildEnd? StageViolation(AskedRequest asked) => asked.Stage switch
    {
        WorkStage.Running when asked.InStage > options.RunLimit =>
            new ChildEnd(FailureKind.DeadlineExceeded, $"It did not end within {Seconds(options.RunLimit)}."),
        WorkStage.Training when asked.InStage > options.TrainingLimit =>
            new ChildEnd(FailureKind.DeadlineExceeded, $"Training did not end within {Seconds(options.TrainingLimit)}."),
        WorkStage.Preparing or WorkStage.Calibrating when asked.InStage > options.PreparationLimit =>
            new ChildEnd(FailureKind.Unavailable, $"The job was not ready within {Seconds(options.PreparationLimit)}."),
        WorkStage.Waiting when asked.InStage > options.WaitLimit =>
            new ChildEnd(
                FailureKind.Unavailable,
                $"Another process held this machine's lock for {Seconds(options.WaitLimit)}: look for it with fuser on "
                + "cluster-machine.lock in the temporary folder."),
        _ => null,
    };

    private static string Seconds(TimeSpan time) => $"{time.TotalSeconds:0.#} s";
}

/// <summary>Why this side ended a child.</summary>
/// <param name="Kind">The failure of its item.</param>
/// <param name="Reason">The reason in a sentence.</param>
/// <param name="IsCancelled">Whether its item was cancelled, so that it has no failure.</param>
internal sealed record ChildEnd(FailureKind Kind, string Reason, bool IsCancelled = false);
