namespace Cluster.Silo.Workers.Child;

/// <summary>A stream whose asynchronous reads block the calling thread, so that they need no other thread to complete.</summary>
internal sealed class BlockingStream(Stream inner) : ForwardStream
{
    public override bool CanRead => true;

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override int Read(Span<byte> buffer) => inner.Read(buffer);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(inner.Read(buffer.Span));
}
