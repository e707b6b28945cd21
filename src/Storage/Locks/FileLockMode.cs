namespace Cluster.Storage.Locks;

/// <summary>Operations of flock(2).</summary>
internal enum FileLockMode
{
    Shared = 1,
    Exclusive = 2,
}
