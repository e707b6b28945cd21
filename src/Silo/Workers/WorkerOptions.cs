namespace Cluster.Silo.Workers;

/// <summary>How a slot's child process is started and watched.</summary>
internal sealed record WorkerOptions
{
    public required NodeFolders Folders { get; init; }

    /// <summary>The slot's device: "cpu:N" or "cuda:N".</summary>
    public string Device { get; init; } = "cpu:0";

    /// <summary>The class of its GPU, as the silo announced it; null on the processors.</summary>
    public string? DeviceClass { get; init; }

    /// <summary>Slots of the node that share its processors.</summary>
    public int Slots { get; init; } = 1;

    /// <summary>Resident bytes above which the child is ended; 0 for no limit; null: its share of the machine's memory.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>Lock file for timings on this machine; null: from the silo's own environment.</summary>
    public string? MachineLock { get; init; }

    /// <summary>The memory target of the child's work: its limit, or its share of half the machine's memory.</summary>
    public WorkingMemory WorkingMemory => MemoryLimit is { } limit and > 0 ? new WorkingMemory(limit) : WorkingMemory.Shared(Slots);

    /// <summary>How often the child gives a sign of life.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A working child that is silent for this long is killed.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Longest time of an item, without waiting for the machine.</summary>
    public TimeSpan RunLimit { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>Longest time of a fine-tuning.</summary>
    public TimeSpan TrainingLimit { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Longest time for reading a job's files, or for its calibration.</summary>
    public TimeSpan PreparationLimit { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Longest wait for the machine, which others may hold for some measurements or steps of learning.</summary>
    public TimeSpan WaitLimit { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long cancelled work may take to stop by itself.</summary>
    public TimeSpan CancelGrace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a child may take to start.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often memory and limits are checked.</summary>
    public TimeSpan WatchEvery { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The program to start.</summary>
    public ChildCommand Command { get; init; } = ChildCommand.Own;

    /// <summary>Called after each item, within its attempt, with the process's part of it.</summary>
    public Action<EvaluatorWork>? Worked { get; init; }

    /// <summary>Called while work of a job, by its id, trains; from any thread.</summary>
    public Action<string, TrainingPoint>? Trained { get; init; }

    /// <summary>
    /// Has the client of a job, by its id, score predictions; null: there is no way to it. Gives their digest and what the client gave,
    /// null if the work is put off until then.
    /// </summary>
    public Func<string, ScoreReply, CancellationToken, Task<(string Predictions, GivenScores? Given)>>? Scores { get; init; }

    /// <summary>Receives the reason why a child was given up, for metrics; called from any thread.</summary>
    public Action<FailureKind>? ChildLost { get; init; }
}
