namespace Cluster.Grains.Ports;

/// <summary>
/// The start time plus the monotonic time elapsed since: immune to changes of the machine's clock.
/// </summary>
internal sealed class SteadyClock(TimeProvider time)
{
    private readonly DateTimeOffset _began = time.GetUtcNow();
    private readonly long _at = time.GetTimestamp();

    public DateTimeOffset Now => _began + time.GetElapsedTime(_at);
}
