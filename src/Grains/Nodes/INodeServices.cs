using Cluster.Grains.Contracts;

namespace Cluster.Grains.Nodes;

/// <summary>The nodes of the cluster, each addressed by its silo.</summary>
internal interface INodeServices
{
    /// <summary>Silos that are members of the cluster now and do work, by name.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>A node's service, or null where no silo of that name is a member of the cluster any more.</summary>
    ValueTask<INodeService?> FindAsync(string node);
}
