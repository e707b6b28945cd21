using System.Net;
using Grpc.Wire;

namespace Grpc.Client;

/// <summary>A body of one message.</summary>
internal sealed class SingleRequestContent<TRequest, TResponse>(ClientCall<TRequest, TResponse> call, TRequest request) : HttpContent
    where TRequest : class
    where TResponse : class
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        try
        {
            using var frame = Frame.Of(request, call.Serializer, call.MaxSendMessageSize);
            await stream.WriteAsync(frame.Bytes, cancellationToken);
        }
        catch (Core.RpcException exception)
        {
            call.EndWith(CallEnd.FromException(exception));
            throw;
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = -1;
        return false;
    }
}

/// <summary>A body that stays open until the stream of requests has ended.</summary>
internal sealed class RequestStreamContent : HttpContent
{
    private readonly TaskCompletionSource<Stream> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The stream, once the transport gives it.</summary>
    public Task<Stream> Opened => _opened.Task;

    /// <summary>Ends the body.</summary>
    /// <returns>Whether this was the first to do so.</returns>
    public bool Complete() => _completed.TrySetResult();

    /// <summary>The call is over: whoever waits need not.</summary>
    public void Release()
    {
        _opened.TrySetCanceled();
        _completed.TrySetCanceled();
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // Sends the headers: the server may answer before the first message.
        await stream.FlushAsync(cancellationToken);
        _opened.TrySetResult(stream);
        // Not until the token, which HttpClient cancels when the connection breaks: its caller would hear of that, and not of
        // the break.
        await _completed.Task;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = -1;
        return false;
    }
}
