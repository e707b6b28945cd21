namespace Cluster.Simulation.Rehearsals;

/// <summary>What is wrong with a node of a rehearsal.</summary>
internal enum NodeHarm
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It takes ten times as long.</summary>
    Slow,

    /// <summary>It fails everything at once, by its own fault: a disk that is gone.</summary>
    Bad,

    /// <summary>The device of its slot fails at once, always.</summary>
    FaultyDevice,
}
