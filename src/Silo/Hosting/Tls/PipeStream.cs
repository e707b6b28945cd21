namespace Cluster.Silo.Hosting.Tls;

/// <summary>The two directions of a connection as the single stream that TLS needs. The connection's owner closes it.</summary>
internal sealed class PipeStream(IDuplexPipe pipe) : ForwardStream
{
    private readonly Stream _incoming = pipe.Input.AsStream(leaveOpen: true);
    private readonly Stream _outgoing = pipe.Output.AsStream(leaveOpen: true);

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override int Read(byte[] buffer, int offset, int count) => _incoming.Read(buffer, offset, count);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _incoming.ReadAsync(buffer, cancellationToken);

    public override void Write(byte[] buffer, int offset, int count) => _outgoing.Write(buffer, offset, count);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _outgoing.WriteAsync(buffer, cancellationToken);

    public override void Flush() => _outgoing.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => _outgoing.FlushAsync(cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _incoming.Dispose();
            _outgoing.Dispose();
        }

        base.Dispose(disposing);
    }
}
