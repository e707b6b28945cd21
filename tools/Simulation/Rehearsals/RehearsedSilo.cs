using Cluster.Grains.Candidates;
using Cluster.Grains.Catalog;
using Cluster.Grains.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;

namespace Cluster.Simulation.Rehearsals;

/// <summary>A silo with slots: the product's node, its work and its announcements, around a played host.</summary>
internal sealed class RehearsedSilo : IDisposable
{
    private readonly NodeAnnouncer _announcer;

    public RehearsedSilo(INodeHost host, IGrainFactory grains, IJobStore store, GrainOptions options, TimeProvider time)
    {
        Node = new LocalNode(host, options, time);
        Work = new LocalWork(
            host, Node, new JobEntries(store), store, grains, options, time, NullLogger<LocalWork>.Instance);
        _announcer = new NodeAnnouncer(grains, Node, Work, options, time, NullLogger<NodeAnnouncer>.Instance);
    }

    public LocalNode Node { get; }

    public LocalWork Work { get; }

    /// <summary>When it was lost, or null while it is there.</summary>
    public TimeSpan? LostAt { get; private set; }

    public Task StartAsync() => _announcer.StartAsync(CancellationToken.None);

    /// <summary>From now on nobody hears of it, nor it of anybody.</summary>
    public void Lose(TimeSpan at)
    {
        LostAt = at;
        Dispose();
    }

    public void Dispose() => _announcer.Dispose();
}
