namespace Cluster.Evaluation.Inputs;

/// <summary>
/// How much memory a process's work may use for data that only saves time. Data that must be present at once (the network, the images of a
/// batch) comes on top; the shares are chosen so that the total stays below the limit for networks of usual size.
/// </summary>
/// <param name="Bytes">The target for the whole process.</param>
public sealed record WorkingMemory(long Bytes)
{
    /// <summary>The least limit that can be requested: an idle process takes a third of it.</summary>
    public const long Least = 512L << 20;

    /// <summary>The range of requested limits.</summary>
    public static JobLimit<long> Limit { get; } = new(
        nameof(JobRequest.Memory), "--memory", JobResults.None, bytes => bytes >= Least, "512MiB or more", "write 3GB or 800MB",
        "what the process should stay below, e.g. 3GB; more is kept on disk, the result is the same (default: half of the machine's)",
        "SIZE");

    /// <summary>Half of what the machine, or the container, has.</summary>
    public static WorkingMemory Usual { get; } = Shared(1);

    /// <summary>The share of that half for each of several processes that run concurrently.</summary>
    public static WorkingMemory Shared(int processes) =>
        new(Math.Max(Least, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2 / Math.Max(1, processes)));

    /// <summary>From a user's request; null: <see cref="Usual"/>.</summary>
    public static WorkingMemory Of(long? bytes) => bytes is { } asked ? new WorkingMemory(asked) : Usual;

    /// <summary>Tensors between two steps; more are stored on disk.</summary>
    public long Tensors => Bytes / 4;

    /// <summary>Files of candidates; others are rebuilt.</summary>
    public long Artefacts => Bytes / 8;

    /// <summary>Decoded images; more are stored on disk.</summary>
    public long Pixels => Bytes / 16;

    internal SpillSpace ImageSpace(string folder) => new(Pixels, folder);

    internal SpillSpace Space(string folder) => new(Tensors, folder);
}
