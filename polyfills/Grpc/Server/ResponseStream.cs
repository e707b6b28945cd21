using Grpc.Core;

namespace Grpc.Server;

/// <summary>A service's messages on their way to the client.</summary>
internal sealed class ResponseStream<T>(ServerCall call, Action<T, SerializationContext> serializer) : IServerStreamWriter<T>
    where T : class
{
    public WriteOptions? WriteOptions
    {
        get => call.Context.WriteOptions;
        set => call.Context.WriteOptions = value;
    }

    public Task WriteAsync(T message)
    {
        ArgumentNullException.ThrowIfNull(message);
        bool hold = WriteOptions is { } options && options.Flags.HasFlag(WriteFlags.BufferHint);
        return call.WriteAsync(message, serializer, flush: !hold);
    }

    public Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return WriteAsync(message);
    }
}
