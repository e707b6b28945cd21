namespace Orleans.Runtime;

/// <summary>Where a member of the cluster is in its life.</summary>
public enum SiloStatus
{
    None,
    Created,
    Joining,
    Active,
    ShuttingDown,
    Stopping,
    Dead,
}
