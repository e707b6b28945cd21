namespace Cluster.Client.Remote;

/// <summary>How long to wait before another attempt: exponential back-off with jitter.</summary>
internal sealed class BackOff(ClientContext context)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestAsked = TimeSpan.FromSeconds(60);

    /// <summary>Waits since the last success.</summary>
    public int Count { get; private set; }

    public void Reset() => Count = 0;

    /// <param name="asked">The wait that the server asked for, a lower bound of up to a minute.</param>
    public Task WaitAsync(TimeSpan? asked, CancellationToken cancellation)
    {
        var wait = Coordinator.Running.ExponentialDelay.After(First, Count, Longest) * (0.5 + (0.5 * context.Jitter()));
        if (asked is { } least && least > wait)
        {
            wait = least < LongestAsked ? least : LongestAsked;
        }

        Count++;
        return Task.Delay(wait, context.Time, cancellation);
    }
}
