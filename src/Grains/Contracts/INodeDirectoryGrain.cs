namespace Cluster.Grains.Contracts;

/// <summary>
/// The nodes that are there now, and who gets their slots. One for the cluster (key 0). Everything it knows, nodes tell
/// it again every second or two, so nothing is lost with it.
/// </summary>
[Alias("cluster.nodes")]
public interface INodeDirectoryGrain : IGrainWithIntegerKey
{
    /// <summary>A node says that it is there and what its slots do.</summary>
    [Alias("announce")]
    Task AnnounceAsync(NodeStatus status);

    /// <summary>A node leaves for good.</summary>
    [Alias("leave")]
    Task LeaveAsync(string node);

    /// <summary>
    /// A free slot, or null where none became free within <paramref name="wait"/> (at most 8 s). A request that is cancelled has none.
    /// </summary>
    [Alias("acquire")]
    Task<SlotGrant?> AcquireAsync(SlotRequest request, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>Why no node that is there could ever serve a request, or null where one can, now or later.</summary>
    [Alias("explain")]
    Task<string?> ExplainAsync(SlotRequest request);

    /// <summary>A slot is free again.</summary>
    [Alias("release")]
    Task ReleaseAsync(SlotGrant grant);
}
