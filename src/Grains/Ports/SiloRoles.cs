namespace Cluster.Grains.Ports;

/// <summary>The roles of a silo.</summary>
[Flags]
public enum SiloRoles
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It hosts the grains of jobs, of their catalogue and of the nodes' directory.</summary>
    Coordinator = 1,

    /// <summary>It has slots, and does work on them.</summary>
    Worker = 2,

    /// <summary>Both.</summary>
    All = Coordinator | Worker,
}
