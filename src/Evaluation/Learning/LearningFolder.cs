using Cluster.Coordinator.Work;
using Cluster.Storage.Locks;

namespace Cluster.Evaluation.Learning;

/// <summary>An item's state folder, with exclusive access: an attempt that was given up may still write there for a while.</summary>
internal sealed class LearningFolder : IDisposable
{
    private readonly IDisposable _lock;

    private LearningFolder(string path, IDisposable own)
    {
        Path = path;
        _lock = own;
    }

    public string Path { get; }

    /// <summary>Waits until no other attempt writes there.</summary>
    public static async Task<LearningFolder> TakeAsync(LearningPlace place, WorkItem item, CancellationToken cancellation)
    {
        string folder = place.FolderOf(item);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(folder)!);
        return new LearningFolder(folder, await new MachineLock($"{folder}.lock").ExclusiveAsync(cancellation));
    }

    public void Dispose() => _lock.Dispose();
}
