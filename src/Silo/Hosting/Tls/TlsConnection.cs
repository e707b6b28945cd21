using System.Security.Authentication;
using Orleans.Runtime.Messaging;

namespace Cluster.Silo.Hosting.Tls;

/// <summary>Does the TLS handshake before Orleans' traffic, and encrypts it. Refused connections are closed and logged.</summary>
/// <param name="handshake">One side of the handshake, which asks the callback whether to trust the other side.</param>
/// <param name="logger">Receives refusals.</param>
internal sealed partial class TlsConnection(
    Func<SslStream, RemoteCertificateValidationCallback, CancellationToken, Task> handshake, ILogger logger) : IConnectionMiddleware
{
    private static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(10);

    // A stranger that connects repeatedly is only logged once in this time.
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(10);
    private readonly Lock _gate = new();
    private long? _toldAt;
    private int _untold;

    /// <inheritdoc/>
    public async Task OnConnectionAsync(ConnectionContext context, ConnectionDelegate next)
    {
        var readable = context.Transport;
        await using var tls = new SslStream(new PipeStream(readable));
        if (!await IsMemberAsync(tls, context.RemoteEndPoint))
        {
            return;
        }

        // Orleans closes the connection itself, and may still write while it reads the end.
        context.Transport = new TlsPipe(
            PipeReader.Create(tls, new StreamPipeReaderOptions(leaveOpen: true)),
            PipeWriter.Create(tls, new StreamPipeWriterOptions(leaveOpen: true)));
        try
        {
            await next(context);
        }
        finally
        {
            context.Transport = readable;
        }
    }

    private async Task<bool> IsMemberAsync(SslStream tls, EndPoint? other)
    {
        string? fault = null;
        using var limit = new CancellationTokenSource(HandshakeLimit);
        try
        {
            await handshake(
                tls, (_, certificate, chain, errors) => (fault = PeerFault.Of(certificate, chain, errors)) is null, limit.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            Tell(other, $"it did not shake hands within {HandshakeLimit.TotalSeconds} s");
        }
        catch (Exception refused) when (refused is AuthenticationException or IOException)
        {
            Tell(other, fault ?? $"it speaks no TLS, or does not believe this server's certificate ({refused.Message})");
        }

        return false;
    }

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

    private sealed record TlsPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
