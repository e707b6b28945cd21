namespace Cluster.Silo.Api.Collection;

/// <summary>What goes, and what that gives.</summary>
/// <param name="Items">Files that no job names, then jobs, in the order in which they go.</param>
/// <param name="StoredBytes">Bytes of all files before.</param>
internal sealed record CollectionPlan(IReadOnlyList<CollectedItem> Items, long StoredBytes)
{
    /// <summary>Bytes of the files that go.</summary>
    public long FreedBytes => Items.Sum(item => item.Bytes);
}
