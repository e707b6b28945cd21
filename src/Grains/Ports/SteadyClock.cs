namespace Cluster.Grains.Ports;

/// <summary>
/// The time of day as it was at first, gone on with by a clock that nobody sets: what waits for a while does not wait for the machine's
/// clock to be right.
/// </summary>
internal sealed class SteadyClock(TimeProvider time)
{
    private readonly DateTimeOffset _began = time.GetUtcNow();
    private readonly long _at = time.GetTimestamp();

    public DateTimeOffset Now => _began + time.GetElapsedTime(_at);
}
