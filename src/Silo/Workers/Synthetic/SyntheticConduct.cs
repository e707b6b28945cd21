namespace Cluster.Silo.Workers.Synthetic;

/// <summary>How a process answers synthetic jobs.</summary>
/// <param name="ActsPoisoned">Whether poison acts (in a child), or is only reported as the failure it would be.</param>
/// <param name="MemoryLimit">The bytes that this process is watched for; 0 for none.</param>
internal sealed record SyntheticConduct(bool ActsPoisoned, long MemoryLimit = 0)
{
    public static SyntheticConduct Told { get; } = new(ActsPoisoned: false);
}
