namespace Cluster.Silo.Api.Collection;

/// <summary>The items to remove, and the space this frees.</summary>
/// <param name="Items">Files that no job names, then jobs, in the order of removal.</param>
/// <param name="StoredBytes">Bytes of all files before.</param>
internal sealed record CollectionPlan(IReadOnlyList<CollectedItem> Items, long StoredBytes)
{
    /// <summary>Bytes of the removed files.</summary>
    public long FreedBytes => Items.Sum(item => item.Bytes);
}
