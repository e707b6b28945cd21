using Grpc.Core;

namespace Grpc.Server;

/// <summary>A client's messages as its service reads them.</summary>
internal sealed class RequestStream<T>(ServerCall call, Func<DeserializationContext, T> deserializer) : IAsyncStreamReader<T>
    where T : class
{
    private T? _current;

    public T Current =>
        _current ?? throw new InvalidOperationException("No message is available: call MoveNext first, and heed its answer.");

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (!cancellationToken.CanBeCanceled || cancellationToken == call.Cancellation)
        {
            return await MoveAsync(call.Cancellation);
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, call.Cancellation);
        return await MoveAsync(either.Token);
    }

    private async Task<bool> MoveAsync(CancellationToken cancellationToken)
    {
        _current = await call.Reader.ReadAsync(deserializer, cancellationToken);
        return _current is not null;
    }
}
