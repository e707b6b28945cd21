namespace Cluster.Grains.Catalog;

/// <summary>Signals when silos come, leave or are lost, as soon as this one knows. Thread-safe.</summary>
internal sealed class MemberChanges : ISiloStatusListener
{
    private TaskCompletionSource _next = Promise();

    /// <param name="members">The cluster's; holds listeners weakly, and this one lives as long as the silo's services.</param>
    public MemberChanges(ISiloStatusOracle members) => members.SubscribeToSiloStatusEvents(this);

    /// <summary>Completes with the next change.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status) =>
        Interlocked.Exchange(ref _next, Promise()).SetResult();

    private static TaskCompletionSource Promise() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
