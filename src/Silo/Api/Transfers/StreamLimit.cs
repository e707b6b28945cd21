namespace Cluster.Silo.Api.Transfers;

/// <summary>
/// The limit of concurrent calls of a kind, of their bytes, or of connections, on this server. A caller may start one more while fewer of
/// its own run than are still free: alone it gets half of them, and a later caller always finds some. Thread-safe.
/// </summary>
/// <param name="most">The limit.</param>
/// <param name="what">Their name, for the refusal.</param>
/// <param name="reason">The reason of the refusal.</param>
internal sealed class StreamLimit(int most, string what, string reason = Reason.TooManyStreams)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _running = new(StringComparer.Ordinal);
    private int _all;

    /// <summary>Counts one more, or several, until the result is disposed of.</summary>
    /// <param name="caller">The caller; null: all belong to one caller, who may have all of them.</param>
    /// <param name="count">How many more.</param>
    /// <exception cref="RpcException">The number is at the limit.</exception>
    public IDisposable Enter(string? caller, int count = 1) => Try(caller, count, out int free) ?? throw ApiError.Later(
        StatusCode.ResourceExhausted,
        reason,
        free < count
            ? $"There are {most - free} {what} under way, as many as this server takes at once: try again, or at another."
            : $"This caller has {most - free} of the {most} {what} that this server takes at once, and the rest is for others: try again "
                + "once some have ended.",
        Soon);

    /// <summary>The same for one, or null if the number is at the limit.</summary>
    public IDisposable? TryEnter(string? caller) => Try(caller, count: 1, out _);

    private Leaving? Try(string? caller, int count, out int free)
    {
        string key = caller ?? string.Empty;
        lock (_gate)
        {
            free = most - _all;
            int own = _running.GetValueOrDefault(key);
            if (free < count || (caller is not null && own > 0 && own > free - count))
            {
                return null;
            }

            _running[key] = own + count;
            _all += count;
            return new Leaving(this, key, count);
        }
    }

    private void Leave(string key, int count)
    {
        lock (_gate)
        {
            _all -= count;
            if ((_running[key] -= count) == 0)
            {
                _running.Remove(key);
            }
        }
    }

    private sealed class Leaving(StreamLimit limit, string key, int count) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                limit.Leave(key, count);
            }
        }
    }
}
