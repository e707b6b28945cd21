using System.Diagnostics;
using Cluster.Contract.V1;
using Grpc.Net.Client;

namespace Cluster.Client.Remote;

/// <summary>
/// A server and the rules for calling it: the token on each call, a deadline on each unary call, retries while it is unavailable. If
/// several servers of one cluster were named, a slow one is not waited for.
/// </summary>
internal sealed class ServerConnection : IDisposable
{
    private const int Attempts = 5;

    // A server that has answered, or asks for patience, deserves more retries, and so do several servers: a cluster detects a lost silo
    // within half a minute, and a restarted silo is back as soon.
    private const int PatientAttempts = 11;

    // Longer than a busy server takes for most answers.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    // A job with a few thousand groups is one message.
    private const int LargestMessage = 64 << 20;

    private readonly Lock _gate = new();
    private readonly Endpoint _endpoint;
    private readonly Uri[] _addresses;
    private readonly GrpcChannel?[] _channels;
    private readonly Metadata _headers = [];
    private readonly TimeSpan _timeout;
    private readonly Action<string> _say;
    private volatile bool _wasReached;
    private volatile bool _saidUnderWay;
    private volatile int _current;

    /// <param name="timeout">Longest time for one attempt of a unary call.</param>
    /// <param name="say">Receives a sentence about what is waited for.</param>
    public ServerConnection(Endpoint endpoint, TimeSpan timeout, ClientContext context, Action<string> say)
    {
        _say = say;
        _endpoint = endpoint;
        _addresses = [endpoint.Address, .. endpoint.Others];
        _channels = new GrpcChannel?[_addresses.Length];
        Context = context;
        _timeout = timeout;
        if (endpoint.Token is { } token)
        {
            _headers.Add("authorization", $"Bearer {token}");
        }

        // The caller of the command may trace it: https://opentelemetry.io/docs/specs/otel/context/env-carriers/
        if (context.Variable("TRACEPARENT") is { } trace && ActivityContext.TryParse(trace, traceState: null, out _))
        {
            _headers.Add("traceparent", trace);
        }
    }

    /// <summary>The current server.</summary>
    public Uri Address => _addresses[_current];

    public ClientContext Context { get; }

    public JobService.JobServiceClient Jobs => new(Channel);

    public ArtefactService.ArtefactServiceClient Artefacts => new(Channel);

    public NodeService.NodeServiceClient Nodes => new(Channel);

    private GrpcChannel Channel
    {
        get
        {
            lock (_gate)
            {
                return _channels[_current] ??= Connect(Address);
            }
        }
    }

    /// <summary>Options of a streaming call: no deadline.</summary>
    public CallOptions Streaming(CancellationToken cancellation) => new(_headers, deadline: null, cancellation);

    /// <summary>Makes a unary call. It is repeated while the server is unavailable, so it must be idempotent.</summary>
    /// <param name="start">Starts the call at the current server.</param>
    /// <param name="cancellation">Cancels it.</param>
    /// <param name="isHedged">Whether to ask the next server too if one does not answer soon; the first answer is used.</param>
    /// <exception cref="RemoteException">The server refused, failed or could not be reached.</exception>
    public async Task<TResponse> CallAsync<TResponse>(
        Func<CallOptions, AsyncUnaryCall<TResponse>> start, CancellationToken cancellation, bool isHedged = true)
    {
        if (!isHedged)
        {
            await ReachAsync(cancellation);
        }

        var backOff = new BackOff(Context);
        while (true)
        {
            try
            {
                var response = await FirstAsync(start, isHedged ? _addresses.Length : 1, cancellation);
                _wasReached = true;
                return response;
            }
            catch (RpcException failure)
            {
                await WaitOrThrowAsync(failure, backOff, cancellation);
            }
        }
    }

    /// <summary>A job's present state.</summary>
    /// <param name="name">Its full name.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<Job> GetJobAsync(string name, CancellationToken cancellation) =>
        CallAsync(options => Jobs.GetJobAsync(new GetJobRequest { Name = name }, options), cancellation);

    /// <summary>Switches to a server that answers, if several were named and none has answered yet; later calls stay with it.</summary>
    /// <exception cref="RemoteException">None accepted the caller, or could be reached.</exception>
    public async Task ReachAsync(CancellationToken cancellation)
    {
        if (_addresses.Length > 1 && !_wasReached)
        {
            await CallAsync(options => Nodes.ListNodesAsync(new ListNodesRequest { PageSize = 1 }, options), cancellation);
        }
    }

    /// <summary>
    /// Waits before another attempt after a server was unavailable or busy, its connection broke, or a stream lost its beginning.
    /// </summary>
    /// <exception cref="RemoteException">Another attempt would not help, or too many were made.</exception>
    public async Task WaitOrThrowAsync(RpcException failure, BackOff backOff, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var failed = Address;
        var told = RpcFailure.Of(failure, failed);
        _wasReached |= told.RetryDelay is not null;
        if (told.IsUnderWay)
        {
            if (!_saidUnderWay)
            {
                _saidUnderWay = true;
                _say($"{told.Why}; waiting.");
            }

            backOff.Reset();
            await backOff.WaitAsync(told.RetryDelay, cancellation);
            return;
        }

        bool isPatient = _wasReached || _addresses.Length > 1;
        if (!MayHelp(failure, told) || backOff.Count >= (isPatient ? PatientAttempts : Attempts) - 1)
        {
            throw told.ToException();
        }

        if (!told.IsBusy && !told.HasLostItsBeginning)
        {
            Leave(failed);
        }

        // Most waits are over by the second attempt; the others take a minute.
        if (isPatient && backOff.Count == 1)
        {
            _say($"{told.Why}; trying again for a while.");
        }

        await backOff.WaitAsync(told.RetryDelay, cancellation);
    }

    /// <summary>Switches to the next server, if several were named and the failed one is still the current one.</summary>
    public void Leave(Uri failed)
    {
        lock (_gate)
        {
            if (failed == Address)
            {
                _current = (_current + 1) % _addresses.Length;
            }
        }
    }

    public void Dispose()
    {
        foreach (var channel in _channels)
        {
            channel?.Dispose();
        }
    }

    // The next server is asked if the last one takes longer than most answers do; the remaining calls are then cancelled.
    private async Task<TResponse> FirstAsync<TResponse>(
        Func<CallOptions, AsyncUnaryCall<TResponse>> start, int most, CancellationToken cancellation)
    {
        var calls = new Dictionary<Task, (Uri At, AsyncUnaryCall<TResponse> Call)>();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            int asked = 1;
            Ask();
            while (true)
            {
                var soon = asked < most ? Task.Delay(Soon, Context.Time, over.Token) : null;
                var first = await Task.WhenAny(soon is null ? calls.Keys : calls.Keys.Append(soon));
                if (first == soon)
                {
                    Leave(Address);
                    Ask();
                    asked++;
                }
                else if (calls.Count > 1 && first.Exception?.InnerException is RpcException failure
                    && MayHelp(failure, RpcFailure.Of(failure, calls[first].At)))
                {
                    calls.Remove(first);
                }
                else
                {
                    var response = await (Task<TResponse>)first;
                    _current = Array.IndexOf(_addresses, calls[first].At);
                    return response;
                }
            }
        }
        finally
        {
            await over.CancelAsync();
            foreach (var (_, call) in calls.Values)
            {
                call.Dispose();
            }
        }

        void Ask()
        {
            var at = Address;
            var call = start(new CallOptions(_headers, DateTime.UtcNow + _timeout, cancellation));
            calls.Add(call.ResponseAsync, (at, call));
        }
    }

    // Whether another attempt may help. If another call breaks the shared connection, the transport reports an internal error.
    private bool MayHelp(RpcException failure, RpcFailure told) =>
        failure.StatusCode == StatusCode.Unavailable
            || (failure.StatusCode == StatusCode.Internal && RpcFailure.IsBrokenConnection(failure))
            || (failure.StatusCode == StatusCode.DeadlineExceeded && _addresses.Length > 1)
            || told.IsBusy
            || told.HasLostItsBeginning;

    private GrpcChannel Connect(Uri address) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        MaxReceiveMessageSize = LargestMessage,
        DisposeHttpClient = true,
        HttpHandler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(_addresses.Length > 1 ? 5 : 10),
            SslOptions = _endpoint.Tls?.Options() ?? new(),

            // A stream may be silent for long: without pings, a vanished machine or a hanging server would go unnoticed.
            KeepAlivePingDelay = TimeSpan.FromSeconds(_addresses.Length > 1 ? 1 : 20),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(_addresses.Length > 1 ? 4 : 20),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        },
    });
}
