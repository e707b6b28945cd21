namespace Cluster.Evaluation.Learning;

/// <summary>Where a job's reconstruction and fine-tuning store state that must outlive their process.</summary>
public sealed record LearningPlace
{
    /// <summary>Folder of checkpoint folders, one per fine-tuning.</summary>
    public required string Checkpoints { get; init; }

    /// <summary>Folder of folders of finished blocks, one per step of a reconstruction.</summary>
    public required string Blocks { get; init; }

    /// <summary>Stores learned parameters where the job's publisher finds them, and returns the digest of their file.</summary>
    public required Func<LearnedParameters, CancellationToken, Task<string>> KeepAsync { get; init; }

    /// <summary>Reads stored parameters by their digest.</summary>
    public required Func<string, CancellationToken, Task<LearnedParameters>> ReadAsync { get; init; }

    /// <summary>The device of this process's slot, on which learning runs.</summary>
    public SlotDevice Device { get; init; } = SlotDevice.Processors;

    /// <summary>Receives one sentence of progress for each epoch or block.</summary>
    public Action<string> Say { get; init; } = static _ => { };

    /// <summary>The folder of an item's state, from which another attempt resumes, in any process that sees the folder.</summary>
    public string FolderOf(WorkItem item) => FolderOf(item is FineTuneItem ? Checkpoints : Blocks, item.Id);

    /// <inheritdoc cref="FolderOf(WorkItem)"/>
    public static string FolderOf(string parent, string item) => Path.Combine(parent, item[..16]);

    /// <summary>Waits until no other attempt writes to an item's folder: one that was given up may still do so for a while.</summary>
    internal Task<IDisposable> LockAsync(WorkItem item, CancellationToken cancellation)
    {
        string folder = FolderOf(item);
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        return new MachineLock($"{folder}.lock").ExclusiveAsync(cancellation);
    }
}
