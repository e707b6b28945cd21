using System.Threading.Channels;
using Grpc.Core;
using Grpc.Health.V1;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Grpc.Server;

/// <summary>What was last published of each service, and who watches it.</summary>
internal sealed class PublishedHealth
{
    // A watcher that reads slower than statuses change is told the latest ones.
    private const int MostPending = 5;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, ServingStatus> _statuses = new(StringComparer.Ordinal);
    private readonly List<(string Service, ChannelWriter<ServingStatus> Writer)> _watchers = [];

    public void SetStatus(string service, ServingStatus status)
    {
        lock (_lock)
        {
            if (_statuses.TryGetValue(service, out var known) && known == status)
            {
                return;
            }

            _statuses[service] = status;
            Tell(service, status);
        }
    }

    /// <summary>Tells a watcher of every change until it ends.</summary>
    /// <param name="first">What the watcher is told at once.</param>
    public async Task WatchAsync(
        HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responses, ServingStatus first, CancellationToken cancellation)
    {
        var changes = Channel.CreateBounded<ServingStatus>(
            new BoundedChannelOptions(MostPending) { FullMode = BoundedChannelFullMode.DropOldest });
        var watcher = (request.Service, changes.Writer);
        lock (_lock)
        {
            changes.Writer.TryWrite(first);
            _watchers.Add(watcher);
        }

        try
        {
            await foreach (var status in changes.Reader.ReadAllAsync(cancellation))
            {
                await responses.WriteAsync(new HealthCheckResponse { Status = status }, CancellationToken.None);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The ordinary end of a watch.
        }
        finally
        {
            lock (_lock)
            {
                _watchers.Remove(watcher);
            }
        }
    }

    private void Tell(string service, ServingStatus status)
    {
        foreach (var (watched, writer) in _watchers)
        {
            if (string.Equals(watched, service, StringComparison.Ordinal))
            {
                writer.TryWrite(status);
            }
        }
    }
}
