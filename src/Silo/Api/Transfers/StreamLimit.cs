using Grpc.Core;

namespace Cluster.Silo.Api.Transfers;

/// <summary>How many calls of a kind may run at once on this server. Thread-safe.</summary>
/// <param name="most">At most this many.</param>
/// <param name="what">What they are, for the refusal.</param>
internal sealed class StreamLimit(int most, string what)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    private int _running;

    /// <summary>Counts one more until the result is disposed of.</summary>
    /// <exception cref="RpcException">There are as many as are taken.</exception>
    public IDisposable Enter()
    {
        if (Interlocked.Increment(ref _running) > most)
        {
            Interlocked.Decrement(ref _running);
            throw ApiError.Later(
                StatusCode.ResourceExhausted,
                Reason.TooManyStreams,
                $"There are {most} {what} under way, as many as this server takes at once: try again, or at another.",
                Soon);
        }

        return new Leaving(this);
    }

    private sealed class Leaving(StreamLimit limit) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                Interlocked.Decrement(ref limit._running);
            }
        }
    }
}
