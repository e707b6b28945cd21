using Cluster.Coordinator.Work;
using Cluster.Evaluation.Gpus;
using Cluster.Kernels.Plans;

namespace Cluster.Evaluation.Learning;

/// <summary>Where a job's reconstruction and fine-tuning keep what has to outlive their process.</summary>
public sealed record LearningPlace
{
    /// <summary>Folder of folders of checkpoints, one a fine-tuning.</summary>
    public required string Checkpoints { get; init; }

    /// <summary>Folder of folders of finished blocks, one a step of a reconstruction.</summary>
    public required string Blocks { get; init; }

    /// <summary>
    /// Stores learned parameters where the job's publisher finds them, and gives the digest of their file.
    /// </summary>
    public required Func<LearnedParameters, CancellationToken, Task<string>> KeepAsync { get; init; }

    /// <summary>Reads what was stored, by its digest.</summary>
    public required Func<string, CancellationToken, Task<LearnedParameters>> ReadAsync { get; init; }

    /// <summary>What this process's slot computes on: what is learned is learned there.</summary>
    public SlotDevice Device { get; init; } = SlotDevice.Processors;

    /// <summary>Receives one sentence of progress for each epoch or block.</summary>
    public Action<string> Say { get; init; } = static _ => { };

    /// <summary>
    /// The folder of an item's state, which another try in any process that sees the folder resumes from.
    /// </summary>
    public string FolderOf(WorkItem item) => FolderOf(item is FineTuneItem ? Checkpoints : Blocks, item.Id);

    /// <inheritdoc cref="FolderOf(WorkItem)"/>
    public static string FolderOf(string parent, string item) => Path.Combine(parent, item[..16]);
}
