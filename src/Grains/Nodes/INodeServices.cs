namespace Cluster.Grains.Nodes;

/// <summary>The nodes of the cluster, each addressed by its silo.</summary>
internal interface INodeServices
{
    /// <summary>The names of the cluster's current worker silos.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>A node's service, or null if no silo of that name is a member of the cluster any more.</summary>
    ValueTask<INodeService?> FindAsync(string node);

    /// <summary>The candidate grain of a key (<see cref="Assignment.Key"/>), or null if its node is gone, as above.</summary>
    ValueTask<ICandidateGrain?> FindCandidateAsync(string key);
}
