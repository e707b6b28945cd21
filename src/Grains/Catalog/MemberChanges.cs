namespace Cluster.Grains.Catalog;

/// <summary>Tells when silos come, go or are lost, as soon as this one knows. Thread-safe.</summary>
internal sealed class MemberChanges : ISiloStatusListener
{
    private readonly TimeProvider _time;
    private TaskCompletionSource _next = Promise();
    private long _last;

    public MemberChanges(ISiloStatusOracle members, TimeProvider time)
    {
        _time = time;
        _last = time.GetTimestamp();

        // Orleans holds its listeners weakly; this one lives as long as the silo's services.
        members.SubscribeToSiloStatusEvents(this);
    }

    /// <summary>Completes with the next change.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    /// <summary>How long the members have been the same, or this silo has been one.</summary>
    public TimeSpan Quiet => _time.GetElapsedTime(Interlocked.Read(ref _last));

    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        Interlocked.Exchange(ref _last, _time.GetTimestamp());
        Interlocked.Exchange(ref _next, Promise()).SetResult();
    }

    private static TaskCompletionSource Promise() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
