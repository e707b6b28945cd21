using System.Buffers;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;

namespace Grpc.Server;

/// <summary>One served call: what goes over the wire, until its end.</summary>
internal sealed class ServerCall : IAsyncDisposable
{
    private const int NoError = 0;

    private readonly GrpcServiceOptions _options;
    private readonly ILogger _logger;

    // Writes of the service and the end of the call at its deadline take turns.
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource? _deadlineSource;
    private readonly Timer? _deadlineTimer;
    private Task? _deadlineEnd;
    private volatile bool _deadlineExceeded;
    private bool _ended;

    public ServerCall(HttpContext http, GrpcServiceOptions options, ILogger logger)
    {
        Http = http;
        _options = options;
        _logger = logger;
        Cancellation = http.RequestAborted;
        Context = new HttpServerCallContext(this);
        Reader = new FrameReader(http.Request.BodyReader, options.MaxReceiveMessageSize, http.Request.Headers[Names.Encoding]);
        http.Response.ContentType = Names.ContentType;
        if (Timeouts.Decode(http.Request.Headers[Names.Timeout]) is { } timeout && timeout > TimeSpan.Zero)
        {
            Deadline = DateTime.UtcNow + timeout;
            _deadlineSource = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
            Cancellation = _deadlineSource.Token;
            _deadlineTimer = new Timer(_ => _deadlineEnd = EndAtDeadlineAsync(), null, Timeouts.Capped(timeout), Timeout.InfiniteTimeSpan);
        }
    }

    public HttpContext Http { get; }

    public HttpServerCallContext Context { get; }

    public FrameReader Reader { get; }

    public DateTime Deadline { get; } = DateTime.MaxValue;

    public CancellationToken Cancellation { get; }

    /// <summary>The limits of HTTP on a request's size and pace do not fit a stream that may last for days; gRPC has its own.</summary>
    public void LiftBodyLimits()
    {
        if (Http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        if (Http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }
    }

    public async Task SendHeadersAsync(Metadata headers)
    {
        if (Http.Response.HasStarted)
        {
            throw new InvalidOperationException("Response headers can only be sent once per call.");
        }

        foreach (var entry in headers)
        {
            Http.Response.Headers.Append(entry.Key, MetadataText.Encode(entry));
        }

        await InTurnAsync(async () =>
        {
            await Http.Response.StartAsync(Cancellation);
            await Http.Response.BodyWriter.FlushAsync(Cancellation);
        });
    }

    /// <param name="flush">Whether to wait until the transport has room for more.</param>
    public async Task WriteAsync<T>(T message, Action<T, SerializationContext> serializer, bool flush)
    {
        using var frame = Frame.Of(message, serializer, _options.MaxSendMessageSize);
        await InTurnAsync(async () =>
        {
            await Http.Response.StartAsync(Cancellation);
            Http.Response.BodyWriter.Write(frame.Bytes.Span);
            if (flush)
            {
                await Http.Response.BodyWriter.FlushAsync(Cancellation);
            }
        });
    }

    /// <summary>Runs the service's method and ends the call with what becomes of it.</summary>
    public async Task RunAsync(Func<Task> method)
    {
        try
        {
            await method();
        }
        catch (RpcException exception)
        {
            foreach (var entry in exception.Trailers)
            {
                Context.ResponseTrailers.Add(entry);
            }

            Context.Status = exception.Status;
        }
#pragma warning disable CA1031 // Whatever a service throws becomes the status that its caller sees.
        catch (Exception exception)
        {
            if (Cancellation.IsCancellationRequested)
            {
                _logger.LogInformation(exception, "The call of {Method} was cancelled", Context.Method);
            }
            else
            {
                _logger.LogError(exception, "Error when executing service method {Method}", Context.Method);
            }

            string detail = "Exception was thrown by handler.";
            if (_options.EnableDetailedErrors == true)
            {
                detail += $" {exception.GetType().Name}: {exception.Message}";
            }

            Context.Status = new Status(StatusCode.Unknown, detail, exception);
        }
#pragma warning restore CA1031

        if (!_deadlineExceeded)
        {
            await _turn.WaitAsync(CancellationToken.None);
            End(Context.Status);
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_deadlineTimer is not null)
        {
            // After this its callback runs no more, but what the callback began may still be under way.
            await _deadlineTimer.DisposeAsync();
            await (_deadlineEnd ?? Task.CompletedTask);
        }

        _deadlineSource?.Dispose();
        _turn.Dispose();
    }

    private async Task InTurnAsync(Func<Task> write)
    {
        await _turn.WaitAsync(Cancellation);
        try
        {
            if (_ended)
            {
                throw new InvalidOperationException("Can't write the message because the request is complete.");
            }

            await write();
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task EndAtDeadlineAsync()
    {
        _deadlineExceeded = true;

        // Off this thread: the service's continuations may take their time. Its write that waits for the client gives way.
        var cancelling = _deadlineSource!.CancelAsync();
        await _turn.WaitAsync(CancellationToken.None);
        try
        {
            if (End(new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded")))
            {
                // The caller hears of it now, whatever the service does meanwhile.
                await Http.Response.CompleteAsync();
                Http.Features.Get<IHttpResetFeature>()?.Reset(NoError);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or InvalidOperationException)
        {
            _logger.LogInformation(exception, "The caller of {Method} went away before it could be told of its deadline", Context.Method);
        }
        finally
        {
            _turn.Release();
        }

        await cancelling;
    }

    private bool End(Status status)
    {
        if (_ended)
        {
            return false;
        }

        _ended = true;
        var response = Http.Response;

        // Without a message before it, the end travels in the headers: "trailers-only".
        var trailers = response.HasStarted ? Http.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers : response.Headers;
        foreach (var entry in Context.ResponseTrailers)
        {
            trailers.Append(entry.Key, MetadataText.Encode(entry));
        }

        trailers[Names.Status] = ((int)status.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (!string.IsNullOrEmpty(status.Detail))
        {
            trailers[Names.Message] = PercentEncoding.Encode(status.Detail);
        }

        if (status.StatusCode == StatusCode.Unimplemented && !response.HasStarted)
        {
            response.Headers[Names.AcceptEncoding] = Names.Identity;
        }

        return true;
    }
}
