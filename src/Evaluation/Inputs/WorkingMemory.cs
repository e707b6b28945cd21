using Cluster.Coordinator.Model.Options;
using Cluster.Kernels;

namespace Cluster.Evaluation.Inputs;

/// <summary>
/// How much memory a process's work may fill with what only saves time. What must be there at once (the network, the
/// images of a batch) comes on top; the parts are chosen so that the whole stays below the limit for networks of usual
/// size.
/// </summary>
/// <param name="Bytes">What the whole process should stay below.</param>
public sealed record WorkingMemory(long Bytes)
{
    /// <summary>The least that can be asked for: a process without any work takes a third of that.</summary>
    public const long Least = 512L << 20;

    /// <summary>Limit of what is asked for.</summary>
    public static JobLimit<long> Limit { get; } = new(
        nameof(JobRequest.Memory), "--memory", bytes => bytes >= Least, "512MiB or more", "write 3GB or 800MB");

    /// <summary>Half of what the machine, or the container, has.</summary>
    public static WorkingMemory Usual { get; } = Shared(1);

    /// <summary>Its part of that half for each of some processes that work side by side.</summary>
    public static WorkingMemory Shared(int processes) =>
        new(Math.Max(Least, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2 / Math.Max(1, processes)));

    /// <summary>By what a user asked for; null: <see cref="Usual"/>.</summary>
    public static WorkingMemory Of(long? bytes) => bytes is { } asked ? new WorkingMemory(asked) : Usual;

    /// <summary>Tensors between two steps; more lie on the disk.</summary>
    public long Tensors => Bytes / 4;

    /// <summary>Files of candidates; others are built again.</summary>
    public long Artefacts => Bytes / 8;

    /// <summary>Decoded images; more lie on the disk.</summary>
    public long Pixels => Bytes / 16;

    internal SpillSpace ImageSpace(string folder) => new(Pixels, folder);

    internal SpillSpace Space(string folder) => new(Tensors, folder);
}
