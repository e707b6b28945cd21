using Grpc.Core;

namespace Grpc.Client;

/// <summary>A client's stream of responses.</summary>
internal sealed class ClientResponses<TRequest, TResponse>(ClientCall<TRequest, TResponse> call) : IAsyncStreamReader<TResponse>
    where TRequest : class
    where TResponse : class
{
    private TResponse? _current;

    public TResponse Current =>
        _current ?? throw new InvalidOperationException("No message is available: call MoveNext first, and heed its answer.");

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        _current = call.Ended is { Status.StatusCode: StatusCode.OK } ? null : await call.ReadAsync(cancellationToken);
        return _current is not null;
    }
}
