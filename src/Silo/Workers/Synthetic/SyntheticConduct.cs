namespace Cluster.Silo.Workers.Synthetic;

/// <summary>How a process answers synthetic jobs.</summary>
/// <param name="ActsPoisoned">Whether poison is carried out (in a child), or only reported as the failure it would be.</param>
/// <param name="MemoryLimit">The watched memory limit of this process in bytes; 0 for none.</param>
internal sealed record SyntheticConduct(bool ActsPoisoned, long MemoryLimit = 0)
{
    public static SyntheticConduct Told { get; } = new(ActsPoisoned: false);
}
