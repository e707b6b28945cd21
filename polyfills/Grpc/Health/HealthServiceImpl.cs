using System.Threading.Channels;
using Grpc.Core;
using Grpc.Health.V1;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Grpc.HealthCheck;

/// <summary>The health service over statuses that it is told.</summary>
public class HealthServiceImpl : Health.V1.Health.HealthBase
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
            if (StatusOf(service) == status && _statuses.ContainsKey(service))
            {
                return;
            }

            _statuses[service] = status;
            Tell(service, status);
        }
    }

    public void ClearStatus(string service)
    {
        lock (_lock)
        {
            if (_statuses.Remove(service))
            {
                Tell(service, ServingStatus.ServiceUnknown);
            }
        }
    }

    public void ClearAll()
    {
        lock (_lock)
        {
            foreach (string service in _statuses.Keys.ToArray())
            {
                ClearStatus(service);
            }
        }
    }

    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        lock (_lock)
        {
            return _statuses.TryGetValue(request.Service, out var status)
                ? Task.FromResult(new HealthCheckResponse { Status = status })
                : throw new RpcException(new Status(StatusCode.NotFound, ""));
        }
    }

    public override Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context) =>
        WatchAsync(request, responseStream, first: null, context.CancellationToken);

    /// <param name="first">Told instead of the status that is stored.</param>
    internal async Task WatchAsync(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responses, ServingStatus? first, CancellationToken cancellation)
    {
        var changes = Channel.CreateBounded<ServingStatus>(new BoundedChannelOptions(MostPending) { FullMode = BoundedChannelFullMode.DropOldest });
        var watcher = (request.Service, changes.Writer);
        lock (_lock)
        {
            changes.Writer.TryWrite(first ?? StatusOf(request.Service));
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

    private ServingStatus StatusOf(string service) => _statuses.GetValueOrDefault(service, ServingStatus.ServiceUnknown);

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
