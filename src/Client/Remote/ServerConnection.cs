using System.Diagnostics;
using Cluster.Contract.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace Cluster.Client.Remote;

/// <summary>
/// A server, and how it is called: the token on each call, a deadline on each unary call, retries while it is
/// unavailable.
/// </summary>
internal sealed class ServerConnection : IDisposable
{
    private const int Attempts = 5;

    // A server that answers and asks for patience is worth more of it: a cluster notices a lost silo within half a minute.
    private const int AttemptsAskedFor = 11;

    // A job with a few thousand groups is one message.
    private const int LargestMessage = 64 << 20;

    private readonly GrpcChannel _channel;
    private readonly Metadata _headers = [];
    private readonly TimeSpan _timeout;

    /// <param name="timeout">Longest time that an attempt of a call with one answer may take.</param>
    public ServerConnection(Endpoint endpoint, TimeSpan timeout, ClientContext context)
    {
        Address = endpoint.Address;
        Context = context;
        _timeout = timeout;
        if (endpoint.Token is { } token)
        {
            _headers.Add("authorization", $"Bearer {token}");
        }

        // Whoever runs the command may trace what it does: https://opentelemetry.io/docs/specs/otel/context/env-carriers/
        if (context.Variable("TRACEPARENT") is { } trace && ActivityContext.TryParse(trace, traceState: null, out _))
        {
            _headers.Add("traceparent", trace);
        }

        _channel = GrpcChannel.ForAddress(Address, new GrpcChannelOptions
        {
            MaxReceiveMessageSize = LargestMessage,
            DisposeHttpClient = true,
            HttpHandler = new SocketsHttpHandler
            {
                EnableMultipleHttp2Connections = true,
                UseProxy = false,
                UseCookies = false,
                AllowAutoRedirect = false,
                ConnectTimeout = TimeSpan.FromSeconds(10),
                SslOptions = endpoint.Tls?.Options() ?? new(),

                // A stream may be silent for long: without pings, a vanished machine would go unnoticed.
                KeepAlivePingDelay = TimeSpan.FromSeconds(20),
                KeepAlivePingTimeout = TimeSpan.FromSeconds(20),
                KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            },
        });
        Jobs = new JobService.JobServiceClient(_channel);
        Artefacts = new ArtefactService.ArtefactServiceClient(_channel);
        Nodes = new NodeService.NodeServiceClient(_channel);
    }

    public Uri Address { get; }

    public ClientContext Context { get; }

    public JobService.JobServiceClient Jobs { get; }

    public ArtefactService.ArtefactServiceClient Artefacts { get; }

    public NodeService.NodeServiceClient Nodes { get; }

    /// <summary>Options of a call that streams: no deadline.</summary>
    public CallOptions Streaming(CancellationToken cancellation) => new(_headers, deadline: null, cancellation);

    /// <summary>
    /// Makes a call with one answer. It is repeated while the server is unavailable, so it must be idempotent.
    /// </summary>
    /// <exception cref="RemoteException">The server refused, failed or could not be reached.</exception>
    public async Task<TResponse> CallAsync<TResponse>(Func<CallOptions, AsyncUnaryCall<TResponse>> start, CancellationToken cancellation)
    {
        var backOff = new BackOff(Context);
        while (true)
        {
            try
            {
                using var call = start(new CallOptions(_headers, DateTime.UtcNow + _timeout, cancellation));
                return await call.ResponseAsync;
            }
            catch (RpcException failure)
            {
                await WaitOrThrowAsync(failure, backOff, cancellation);
            }
        }
    }

    /// <summary>Waits before another attempt after a server was unavailable or busy, or its connection broke.</summary>
    /// <exception cref="RemoteException">Another attempt would not help, or too many were made.</exception>
    public async Task WaitOrThrowAsync(RpcException failure, BackOff backOff, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var told = RpcFailure.Of(failure, Address);
        // The transport calls a connection that another call's end took along an internal error.
        bool isGone = failure.StatusCode == StatusCode.Unavailable
            || (failure.StatusCode == StatusCode.Internal && RpcFailure.IsBrokenConnection(failure))
            || told.IsBusy;
        int most = told.RetryDelay is null ? Attempts : AttemptsAskedFor;
        if (!isGone || backOff.Count >= most - 1)
        {
            throw told.ToException();
        }

        await backOff.WaitAsync(told.RetryDelay, cancellation);
    }

    public void Dispose() => _channel.Dispose();
}
