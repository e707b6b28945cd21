using Cluster.Coordinator.Work;
using Cluster.Storage.Locks;

namespace Cluster.Evaluation.Learning;

/// <summary>
/// An item's folder of what it has so far, for it alone: an attempt that was given up may still be writing there for a while.
/// </summary>
internal sealed class LearningFolder : IDisposable
{
    private readonly IDisposable _lock;

    private LearningFolder(string path, IDisposable own)
    {
        Path = path;
        _lock = own;
    }

    public string Path { get; }

    /// <summary>Waits until nobody else writes there.</summary>
    public static async Task<LearningFolder> TakeAsync(LearningPlace place, WorkItem item, CancellationToken cancellation)
    {
        string folder = place.FolderOf(item);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(folder)!);
        return new LearningFolder(folder, await new MachineLock($"{folder}.lock").ExclusiveAsync(cancellation));
    }

    public void Dispose() => _lock.Dispose();
}
