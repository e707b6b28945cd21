using Cluster.Coordinator.Model;
using Cluster.Coordinator.Work;
using Cluster.Grains.Contracts;
using Cluster.Grains.Ports;

namespace Cluster.Grains.Nodes;

/// <summary>The nodes for servers: their status, and reading and checking the files of a job on one of them.</summary>
public sealed class ClusterNodes(IGrainFactory grains, GrainOptions options, TimeProvider time)
{
    // A client of the cluster reaches each via a silo of Orleans' choice, which may hang.
    private const int Doors = 3;

    private INodesGrain First => grains.GetGrain<INodesGrain>(0);

    /// <summary>The nodes, by id.</summary>
    /// <exception cref="TimeoutException">The cluster does not answer.</exception>
    public async Task<IReadOnlyList<NodeStatus>> ListAsync(CancellationToken cancellationToken)
    {
        for (var door = 0; ; door++)
        {
            try
            {
                return await WithinAsync(grains.GetGrain<INodesGrain>(door).ListAsync(cancellationToken), cancellationToken);
            }
#pragma warning disable CA1031 // Rejections, timeouts, broken connections: no list would be complete. The last failure is reported.
            catch (Exception) when (door < Doors - 1 && !cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                // Try the next one.
            }
        }
    }

    /// <summary>See <see cref="INodesGrain.CordonAsync"/>.</summary>
    public Task<NodeStatus?> CordonAsync(string node, bool isCordoned) => First.CordonAsync(node, isCordoned);

    /// <summary>See <see cref="INodesGrain.DrainAsync"/>.</summary>
    public Task<NodeStatus?> DrainAsync(string node, TimeSpan grace) => First.DrainAsync(node, grace);

    /// <summary>Whether a node reports that it runs a target, and accepts work.</summary>
    /// <exception cref="TimeoutException">The cluster does not answer.</exception>
    public async Task<bool> HasAsync(string target, CancellationToken cancellationToken) =>
        Open(await ListAsync(cancellationToken)).Any(node => Runs(node.Slots, target));

    /// <summary>Reads them on the node with the most free slots, among those that run the target; waits as long as needed.</summary>
    /// <exception cref="GrainProblemException">No node can, or the chosen one was lost: try again.</exception>
    /// <exception cref="TimeoutException">The cluster does not answer.</exception>
    public async Task<WorkResult> PrepareAsync(JobEntry job, CancellationToken cancellationToken)
    {
        var node = Choose(await ListAsync(cancellationToken), job.Spec.Options.Target);
        string reading = Guid.NewGuid().ToString("N");
        var carried = Carried.Of(job);
        while (true)
        {
            var reply = await WithinAsync(
                First.PrepareAsync(node, reading, carried, options.LongestWait, cancellationToken), cancellationToken);
            if (reply.Phase == CandidatePhase.Unknown)
            {
                throw Problem($"The node {node} went away while it read the job's files: try again.");
            }

            if (reply.Result is { } result)
            {
                return result.Value<WorkResult>();
            }
        }
    }

    /// <summary>
    /// The node with the most free slots, among those that run the target if any reports so; of equals, the first by name.
    /// </summary>
    /// <exception cref="GrainProblemException">No node accepts work.</exception>
    internal static string Choose(IReadOnlyList<NodeStatus> nodes, string target) => Open(nodes)
        .OrderByDescending(node => Runs(node.Slots, target))
        .ThenByDescending(node => node.Slots.Count(slot => slot.Grant is null))
        .ThenBy(node => node.Id, StringComparer.Ordinal)
        .FirstOrDefault()?.Id
        ?? throw Problem(
            $"None of the cluster's {nodes.Count} nodes takes work, and one is needed to read the job's files: start a silo with slots.");

    /// <summary>Whether one of a node's slots runs a target.</summary>
    internal static bool Runs(IEnumerable<SlotStatus> slots, string target) =>
        slots.Any(slot => slot.Targets.Contains(target, StringComparer.Ordinal));

    private static IEnumerable<NodeStatus> Open(IEnumerable<NodeStatus> nodes) =>
        nodes.Where(node => node is { IsDraining: false, IsCordoned: false, IsSuspect: false, Slots.Count: > 0 });

    private static GrainProblemException Problem(string sentence) => new(sentence) { IsForPeople = true };

    private Task<T> WithinAsync<T>(Task<T> call, CancellationToken cancellationToken) =>
        call.WaitAsync(options.LongestWait + options.CallMargin, time, cancellationToken);
}
