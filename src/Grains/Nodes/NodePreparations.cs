using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Grains.Contracts;
using Cluster.Grains.Ports;

namespace Cluster.Grains.Nodes;

/// <summary>Has nodes of the cluster read and check the files of jobs: for servers that have no node of their own.</summary>
public sealed class NodePreparations(IGrainFactory grains, GrainOptions options, TimeProvider time)
{
    /// <summary>Reads them on the node that has most slots free; as long as it takes.</summary>
    /// <returns>What was found, or a refusal.</returns>
    /// <exception cref="GrainProblemException">No node can, or the one that did went away: try again.</exception>
    /// <exception cref="TimeoutException">The cluster does not answer.</exception>
    public async Task<NodePreparation> PrepareAsync(JobInputs inputs, JobOptions asked, CancellationToken cancellationToken)
    {
        var node = Choose(await WithinAsync(grains.GetGrain<INodeDirectoryGrain>(0).ListAsync(), cancellationToken));
        var reading = grains.GetGrain<IPreparationGrain>(NodeKey.Of(node, Guid.NewGuid().ToString("N")));
        var (carriedInputs, carriedOptions) = (Carried.Of(inputs), Carried.Of(asked));
        while (true)
        {
            var reply = await WithinAsync(reading.PrepareAsync(carriedInputs, carriedOptions, options.LongestWait), cancellationToken);
            if (reply.IsGone)
            {
                throw new GrainProblemException($"The node {node} went away while it read the job's files: try again.");
            }

            if (reply.IsOver)
            {
                return reply;
            }
        }
    }

    /// <summary>The node that has most slots free; of equals, the first by name.</summary>
    /// <exception cref="GrainProblemException">There is none that takes work.</exception>
    internal static string Choose(IReadOnlyList<NodeStatus> nodes) => nodes
        .Where(node => node is { IsDraining: false, IsCordoned: false, IsSuspect: false, Slots.Count: > 0 })
        .OrderByDescending(node => node.Slots.Count(slot => slot.Grant is null))
        .ThenBy(node => node.Id, StringComparer.Ordinal)
        .FirstOrDefault()?.Id
        ?? throw new GrainProblemException(
            $"None of the cluster's {nodes.Count} nodes takes work, and one is needed to read the job's files: start a silo with slots.");

    private Task<T> WithinAsync<T>(Task<T> call, CancellationToken cancellationToken) =>
        call.WaitAsync(options.LongestWait + options.CallMargin, time, cancellationToken);
}
