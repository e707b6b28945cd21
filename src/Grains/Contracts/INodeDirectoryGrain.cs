namespace Cluster.Grains.Contracts;

/// <summary>
/// The current nodes, and the assignment of their slots. One grain per cluster (key 0). Nodes repeat all of its information every second or
/// two, so nothing is lost with it.
/// </summary>
[Alias("cluster.nodes")]
public interface INodeDirectoryGrain : IGrainWithIntegerKey
{
    /// <summary>A node reports that it is alive and what its slots do.</summary>
    [Alias("announce")]
    Task AnnounceAsync(NodeStatus status);

    /// <summary>A node leaves permanently.</summary>
    [Alias("leave")]
    Task LeaveAsync(string node);

    /// <summary>
    /// A free slot, or null if none became free within <paramref name="wait"/> (at most 8 s). A cancelled request gets none.
    /// </summary>
    [Alias("acquire")]
    Task<SlotGrant?> AcquireAsync(SlotRequest request, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>Why no current node could ever serve a request, or null if one can, now or later.</summary>
    [Alias("explain")]
    Task<string?> ExplainAsync(SlotRequest request);

    /// <summary>Frees a slot.</summary>
    [Alias("release")]
    Task ReleaseAsync(SlotGrant grant);
}
