namespace Cluster.Silo.Api.Transfers;

/// <summary>
/// The limit of concurrent calls of a kind, or of connections, on this server. A caller may start one more while fewer of its own run than
/// are still free: alone it gets half of them, and a later caller always finds some. Thread-safe.
/// </summary>
/// <param name="most">The limit.</param>
/// <param name="what">Their name, for the refusal.</param>
internal sealed class StreamLimit(int most, string what)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _running = new(StringComparer.Ordinal);
    private int _all;

    /// <summary>Counts one more until the result is disposed of.</summary>
    /// <param name="caller">The caller; null: all belong to one caller, who may have all of them.</param>
    /// <exception cref="RpcException">The number is at the limit.</exception>
    public IDisposable Enter(string? caller) => Try(caller, out int free) ?? throw ApiError.Later(
        StatusCode.ResourceExhausted,
        Reason.TooManyStreams,
        free <= 0
            ? $"There are {most} {what} under way, as many as this server takes at once: try again, or at another."
            : $"This caller has {most - free} of the {most} {what} that this server takes at once, and the rest is for others: try again "
                + "once some have ended.",
        Soon);

    /// <summary>The same, or null if the number is at the limit.</summary>
    public IDisposable? TryEnter(string? caller) => Try(caller, out _);

    private Leaving? Try(string? caller, out int free)
    {
        string key = caller ?? string.Empty;
        lock (_gate)
        {
            free = most - _all;
            int own = _running.GetValueOrDefault(key);
            if (free <= 0 || (caller is not null && own > 0 && own >= free))
            {
                return null;
            }

            _running[key] = own + 1;
            _all++;
            return new Leaving(this, key);
        }
    }

    private void Leave(string key)
    {
        lock (_gate)
        {
            _all--;
            if (--_running[key] == 0)
            {
                _running.Remove(key);
            }
        }
    }

    private sealed class Leaving(StreamLimit limit, string key) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                limit.Leave(key);
            }
        }
    }
}
