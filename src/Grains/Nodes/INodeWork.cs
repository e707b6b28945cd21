using Cluster.Grains.Contracts;

namespace Cluster.Grains.Nodes;

/// <summary>The work of this silo's node, as the node needs it.</summary>
internal interface INodeWork
{
    /// <summary>Lets go results that are durable elsewhere.</summary>
    void Forget(IEnumerable<string> keys);

    /// <summary>Stops what still runs: others take it up.</summary>
    Task StopAllAsync();

    /// <summary>A job's attempts that run or have ended well, and were not let go.</summary>
    Assignment[] Kept(string job);
}
