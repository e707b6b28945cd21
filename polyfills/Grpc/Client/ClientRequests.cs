using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Client;

/// <summary>A client's stream of requests.</summary>
internal sealed class ClientRequests<TRequest, TResponse>(
    ClientCall<TRequest, TResponse> call, RequestStreamContent content, WriteOptions? options) : IClientStreamWriter<TRequest>
    where TRequest : class
    where TResponse : class
{
    private bool _completed;
    private int _writing;

    public WriteOptions? WriteOptions { get; set; } = options;

    public Task WriteAsync(TRequest message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (_completed)
        {
            throw new InvalidOperationException("Request stream has already been completed.");
        }

        if (Interlocked.Exchange(ref _writing, 1) == 1)
        {
            throw new InvalidOperationException("Can't write the message because the previous write is in progress.");
        }

        using var registration = cancellationToken.UnsafeRegister(state => call.EndWith(CallEnd.Cancelled), null);
        try
        {
            using var frame = Frame.Of(message, call.Serializer, call.MaxSendMessageSize);
            var stream = await content.Opened.WaitAsync(call.Abort);
            await stream.WriteAsync(frame.Bytes, call.Abort);
            if (WriteOptions?.Flags.HasFlag(WriteFlags.BufferHint) != true)
            {
                await stream.FlushAsync(call.Abort);
            }
        }
        catch (RpcException exception)
        {
            call.EndWith(CallEnd.FromException(exception));
            throw;
        }
        catch (Exception exception) when (
            exception is OperationCanceledException or IOException or HttpRequestException or ObjectDisposedException)
        {
            throw await RefusedAsync(exception);
        }
        finally
        {
            Volatile.Write(ref _writing, 0);
        }
    }

    public Task CompleteAsync()
    {
        if (call.Ended is null && !content.Complete())
        {
            throw new InvalidOperationException("Request stream has already been completed.");
        }

        _completed = true;
        return Task.CompletedTask;
    }

    private async Task<Exception> RefusedAsync(Exception exception)
    {
        // The server's status says more than the broken stream. It is about to be known where the response is being read already;
        // otherwise reading the responses tells it.
        var end = call.IsResponseAwaited ? await call.End : call.Ended;
        return end switch
        {
            // As the package does: a connection that breaks is told in the connection's own words, with no status.
            null or { Status.DebugException: IOException or HttpRequestException } when exception is IOException or HttpRequestException =>
                exception,
            null => new RpcException(CallEnd.FromException(exception).Status),
            { Status.StatusCode: StatusCode.OK } =>
                new RpcException(new Status(StatusCode.Cancelled, "Can't write the message because the call is complete.", exception)),
            _ => end.ToException(),
        };
    }
}
