namespace Cluster.Silo.Hosting.Tls;

/// <summary>Logs connections whose other side is not a server of the cluster: a sentence each, one in ten seconds at most.</summary>
internal sealed partial class RefusedServers(ILogger<RefusedServers> logger)
{
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(10);
    private readonly Lock _gate = new();
    private long? _toldAt;
    private int _untold;

    /// <summary>Adds TLS to a connection, and tells of those that do not get through it.</summary>
    public static void Tell(IConnectionBuilder connection, Action addTls)
    {
        var refused = new RefusedServers(connection.ApplicationServices.GetRequiredService<ILogger<RefusedServers>>());
        connection.Use(next => async context =>
        {
            var other = new OtherSide();
            context.Features.Set(other);
            await next(context);
            if (!other.IsMember)
            {
                refused.Tell(
                    context.RemoteEndPoint,
                    other.Fault ?? "it speaks no TLS, does not shake hands, or does not believe this server's certificate");
            }
        });
        addTls();
        connection.Use(next => context =>
        {
            Of(context).IsMember = true;
            return next(context);
        });
    }

    /// <summary>Decides whether to trust the other side of a connection, and keeps why not.</summary>
    public static RemoteCertificateValidationCallback Judge(ConnectionContext context) => (_, certificate, chain, errors) =>
        (Of(context).Fault = PeerFault.Of(certificate, chain, errors)) is null;

    private static OtherSide Of(ConnectionContext context) => context.Features.Get<OtherSide>()!;

    private void Tell(EndPoint? other, string fault)
    {
        int untold;
        lock (_gate)
        {
            if (_toldAt is { } before && Stopwatch.GetElapsedTime(before) < TellEvery)
            {
                _untold++;
                return;
            }

            (_toldAt, untold, _untold) = (Stopwatch.GetTimestamp(), _untold, 0);
        }

        LogRefused(other, fault, untold);
    }

    [LoggerMessage(
        EventId = 2503,
        EventName = "silo.refused",
        Level = LogLevel.Warning,
        Message = "No connection with the server at {Address}: {Fault} ({Untold} more were refused since the last that was told of)")]
    private partial void LogRefused(EndPoint? address, string fault, int untold);

    private sealed class OtherSide
    {
        public string? Fault { get; set; }

        public bool IsMember { get; set; }
    }
}
