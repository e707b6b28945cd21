namespace Cluster.Grains.Nodes;

/// <summary>The nodes for servers: their status, and the check of a job on one of them.</summary>
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

    /// <summary>Whether a node that accepts work reports that it runs a target.</summary>
    /// <exception cref="GrainProblemException">No node accepts work.</exception>
    /// <exception cref="TimeoutException">The cluster does not answer.</exception>
    public async Task<bool> HasAsync(string target, CancellationToken cancellationToken)
    {
        var nodes = await ListAsync(cancellationToken);
        NodeStatus[] open = [.. nodes.Where(node => node is { IsDraining: false, IsCordoned: false, IsSuspect: false, Slots.Count: > 0 })];
        return open.Length > 0
            ? open.Any(node => node.Slots.Any(slot => slot.Targets.Contains(target, StringComparer.Ordinal)))
            : throw new GrainProblemException(
                $"None of the cluster's {nodes.Count} nodes takes work, and one is needed to read the job's files: start a silo with "
                + "slots.")
            {
                IsForPeople = true,
            };
    }

    /// <summary>Has the files of a job that is not submitted read and checked, or waits for the check that an earlier call began.</summary>
    /// <param name="wait">The longest wait; null: as long as needed.</param>
    /// <returns>A <see cref="PreparedResult"/> or a <see cref="RefusedResult"/>; null if there is none yet.</returns>
    /// <exception cref="GrainProblemException">It could not be determined: try again.</exception>
    /// <exception cref="TimeoutException">The cluster does not answer.</exception>
    public async Task<WorkResult?> CheckAsync(JobEntry job, TimeSpan? wait, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        var check = grains.GetGrain<ICheckGrain>(job.Id);
        var carried = Carried.Of(job);
        Carried? result;
        do
        {
            result = await WithinAsync(check.CheckAsync(carried, wait ?? options.LongestWait, cancellationToken), cancellationToken);
        }
        while (result is null && !(time.GetElapsedTime(began) >= wait));
        return result?.Value<WorkResult>();
    }

    private Task<T> WithinAsync<T>(Task<T> call, CancellationToken cancellationToken) =>
        call.WaitAsync(options.LongestWait + options.CallMargin, time, cancellationToken);
}
