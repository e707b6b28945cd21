using Cluster.Kernels.Planning;

namespace Cluster.Silo.FineTuning;

/// <summary>Where a job's fine-tuning keeps what has to outlive its process.</summary>
internal sealed record FineTunePlace
{
    /// <summary>Folder of folders of checkpoints, one a fine-tuning.</summary>
    public required string Checkpoints { get; init; }

    /// <summary>Stores learned parameters where the job's publisher finds them, and gives the digest of their file.</summary>
    public required Func<LearnedParameters, CancellationToken, Task<string>> KeepAsync { get; init; }

    /// <summary>Told how training goes, a sentence an epoch.</summary>
    public Action<string> Say { get; init; } = static _ => { };

    /// <summary>The checkpoints of an item: whoever tries it again, in any process that sees the folder, finds them.</summary>
    public string FolderOf(string item) => Path.Combine(Checkpoints, item[..16]);
}
