namespace Cluster.Client.Remote;

/// <summary>How long to wait before another attempt: longer each time, and never the same for two clients.</summary>
internal sealed class BackOff(ClientContext context)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestAsked = TimeSpan.FromSeconds(60);

    /// <summary>Waits since the last success.</summary>
    public int Count { get; private set; }

    public void Reset() => Count = 0;

    /// <param name="asked">What the server asked for; the wait is not shorter, up to a minute.</param>
    public Task WaitAsync(TimeSpan? asked, CancellationToken cancellation)
    {
        // From 2^10 on the longest is reached; a larger power would overflow some day.
        var full = TimeSpan.FromTicks(Math.Min(Longest.Ticks, First.Ticks << Math.Min(Count, 10)));
        var wait = full * (0.5 + (0.5 * context.Jitter()));
        if (asked is { } least && least > wait)
        {
            wait = least < LongestAsked ? least : LongestAsked;
        }

        Count++;
        return Task.Delay(wait, context.Time, cancellation);
    }
}
