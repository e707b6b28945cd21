using System.Collections.Concurrent;

namespace Cluster.Grains.Hosting;

/// <summary>Counts the silos that the cluster declared dead, and not those that took their leave. Thread-safe.</summary>
public sealed class LostSilos : ISiloStatusListener
{
    // A silo that leaves says so before it ends: of one that was declared dead, the last that was heard is that it is active.
    private readonly ConcurrentDictionary<SiloAddress, byte> _active = new();
    private long _count;

    /// <param name="members">The cluster's; they hold their listeners weakly, and this one lives as long as the silo's services.</param>
    public LostSilos(ISiloStatusOracle members) => members.SubscribeToSiloStatusEvents(this);

    /// <summary>How many, since this silo is there.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <inheritdoc/>
    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        if (status == SiloStatus.Active)
        {
            _active[updatedSilo] = 0;
        }
        else if (_active.TryRemove(updatedSilo, out _) && status == SiloStatus.Dead)
        {
            Interlocked.Increment(ref _count);
        }
    }
}
