namespace Cluster.Grains.Hosting;

/// <summary>Counts the silos that the cluster declared dead, without those that left properly. Thread-safe.</summary>
public sealed class LostSilos : ISiloStatusListener
{
    // A silo that leaves says so before it ends; a silo that was declared dead was last known as active.
    private readonly ConcurrentDictionary<SiloAddress, byte> _active = new();
    private long _count;

    /// <param name="members">The cluster's; holds listeners weakly, and this one lives as long as the silo's services.</param>
    public LostSilos(ISiloStatusOracle members) => members.SubscribeToSiloStatusEvents(this);

    /// <summary>The count since this silo started.</summary>
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
