using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Wire;

namespace Grpc.Client;

/// <summary>One call as its client sees it. It ends once: by the server's status, or by whatever here comes before that.</summary>
internal sealed class ClientCall<TRequest, TResponse> : IDisposable
    where TRequest : class
    where TResponse : class
{
    private static readonly ProductInfoHeaderValue UserAgent = new(
        "grpc-dotnet-cluster", typeof(GrpcChannel).Assembly.GetName().Version?.ToString(3));

    private readonly GrpcChannel _channel;
    private readonly Method<TRequest, TResponse> _method;
    private readonly CallOptions _options;
    private readonly CancellationTokenSource _abort = new();
    private readonly List<IDisposable> _triggers = [];
    private readonly TaskCompletionSource<Metadata> _headers = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<CallEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private Task<FrameReader?> _reader = Task.FromResult<FrameReader?>(null);
    private HttpResponseMessage? _response;
    private CallEnd? _ended;

    public ClientCall(GrpcChannel channel, Method<TRequest, TResponse> method, CallOptions options)
    {
        ObjectDisposedException.ThrowIf(channel.Disposed.IsCancellationRequested, channel);
        _channel = channel;
        _method = method;
        _options = options;

        // Nobody need look at these; what they hold is told by the response as well.
        _ = _headers.Task.ContinueWith(
            task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    /// <summary>The response's headers; those of a response without messages are its trailers.</summary>
    public Task<Metadata> Headers => _headers.Task;

    /// <summary>Ends when the call has.</summary>
    public Task<CallEnd> End => _end.Task;

    public CallEnd? Ended
    {
        get
        {
            lock (_lock)
            {
                return _ended;
            }
        }
    }

    /// <summary>Whether the end becomes known without the caller's doing.</summary>
    public bool IsResponseAwaited => _method.Type is MethodType.Unary or MethodType.ClientStreaming;

    public CancellationToken Abort => _abort.Token;

    public int? MaxSendMessageSize => _channel.Options.MaxSendMessageSize;

    public Action<TRequest, SerializationContext> Serializer => _method.RequestMarshaller.ContextualSerializer;

    /// <summary>Sends the only request.</summary>
    public void StartWith(TRequest request) => Start(new SingleRequestContent<TRequest, TResponse>(this, request));

    /// <summary>Opens the stream of requests.</summary>
    public ClientRequests<TRequest, TResponse> StartStreaming()
    {
        var content = new RequestStreamContent();
        Start(content);
        _ = End.ContinueWith(_ => content.Release(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return new ClientRequests<TRequest, TResponse>(this, content, _options.WriteOptions);
    }

    /// <summary>The next response, or null after the last of a call that ended with OK.</summary>
    /// <exception cref="RpcException">The call ended otherwise.</exception>
    public async Task<TResponse?> ReadAsync(CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(
            static call => ((ClientCall<TRequest, TResponse>)call!).EndWith(CallEnd.Cancelled), this);
        try
        {
            if (await _reader is { } reader
                && await reader.ReadAsync(_method.ResponseMarshaller.ContextualDeserializer, _abort.Token) is { } message)
            {
                return message;
            }

            EndWith(CallEnd.FromTrailers(_response?.TrailingHeaders));
        }
#pragma warning disable CA1031 // Whatever goes wrong becomes the status that the caller sees.
        catch (Exception exception)
        {
            EndWith(CallEnd.FromException(exception));
        }
#pragma warning restore CA1031

        var end = await End;
        return end.Status.StatusCode == StatusCode.OK ? null : throw end.ToException();
    }

    /// <summary>The only response.</summary>
    public async Task<TResponse> ReadSingleAsync()
    {
        var response = await ReadAsync(CancellationToken.None);
        if (response is not null)
        {
            if (await ReadAsync(CancellationToken.None) is null)
            {
                return response;
            }

            throw new RpcException(new Status(StatusCode.Internal, "More than one message received where one was expected."));
        }

        throw new RpcException(
            new Status(StatusCode.Internal, "Failed to deserialize response message: the call ended without one."), GetTrailers());
    }

    public Status GetStatus() =>
        (Ended ?? throw new InvalidOperationException("Unable to get the status because the call is not complete.")).Status;

    public Metadata GetTrailers() => Ended is { } end
        ? end.Trailers
        : throw new InvalidOperationException("Can't get the call trailers because the call has not completed successfully.");

    public void Dispose() => EndWith(CallEnd.Disposed);

    public void EndWith(CallEnd end)
    {
        lock (_lock)
        {
            if (_ended is not null)
            {
                return;
            }

            _ended = end;
        }

        _end.TrySetResult(end);
        if (end.Status.StatusCode == StatusCode.OK)
        {
            _headers.TrySetResult([]);
        }
        else
        {
            _headers.TrySetException(end.ToException());
        }

        foreach (var trigger in _triggers.ToArray())
        {
            trigger.Dispose();
        }

        // Tells the server where it is still at work; without effect on a call that it ended.
        _abort.Cancel();
        _response?.Dispose();
    }

    private void Start(HttpContent content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_channel.Address, _method.FullName))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        content.Headers.ContentType = new MediaTypeHeaderValue(Names.ContentType);
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        request.Headers.UserAgent.Add(UserAgent);
        request.Headers.TryAddWithoutValidation(Names.AcceptEncoding, Names.Identity);
        foreach (var entry in _options.Headers ?? Metadata.Empty)
        {
            request.Headers.TryAddWithoutValidation(entry.Key, MetadataText.Encode(entry));
        }

        if (_options.Deadline is { } deadline && deadline != DateTime.MaxValue)
        {
            var left = deadline - DateTime.UtcNow;
            if (left <= TimeSpan.Zero)
            {
                EndWith(CallEnd.DeadlineExceeded);
                return;
            }

            left = Timeouts.Capped(left);
            request.Headers.TryAddWithoutValidation(Names.Timeout, Timeouts.Encode(left));
            AddTrigger(new Timer(_ => EndWith(CallEnd.DeadlineExceeded), null, left, Timeout.InfiniteTimeSpan));
        }

        AddTrigger(
            _options.CancellationToken.UnsafeRegister(
                static call => ((ClientCall<TRequest, TResponse>)call!).EndWith(CallEnd.Cancelled), this));
        AddTrigger(
            _channel.Disposed.UnsafeRegister(static call => ((ClientCall<TRequest, TResponse>)call!).EndWith(CallEnd.Disposed), this));
        if (Ended is null)
        {
            _reader = SendAsync(request);
        }
    }

    private void AddTrigger(IDisposable trigger)
    {
        lock (_lock)
        {
            if (_ended is null)
            {
                _triggers.Add(trigger);
                return;
            }
        }

        trigger.Dispose();
    }

    private async Task<FrameReader?> SendAsync(HttpRequestMessage request)
    {
        try
        {
            using (request)
            {
                var response = await _channel.SendAsync(request, _abort.Token);
                lock (_lock)
                {
                    _response = response;
                }

                if (Ended is not null)
                {
                    response.Dispose();
                    return null;
                }

                if (CallEnd.FromHeaders(response) is { } end)
                {
                    _headers.TrySetResult(CallEnd.MetadataOf(response.Headers));
                    EndWith(end);
                    return null;
                }

                _headers.TrySetResult(CallEnd.MetadataOf(response.Headers));
                var body = await response.Content.ReadAsStreamAsync(_abort.Token);
                string? encoding = response.Headers.TryGetValues(Names.Encoding, out var values) ? values.FirstOrDefault() : null;
                return new FrameReader(
                    PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: 32 * 1024)),
                    _channel.Options.MaxReceiveMessageSize,
                    encoding);
            }
        }
#pragma warning disable CA1031 // Whatever goes wrong becomes the status that the caller sees.
        catch (Exception exception)
        {
            EndWith(CallEnd.FromException(exception));
            return null;
        }
#pragma warning restore CA1031
    }
}
