using System.Buffers;

namespace Cluster.Silo.Page.Connect;

/// <summary>The target of a gRPC service's answer: takes the messages out of their envelopes.</summary>
/// <param name="take">Receives each message.</param>
internal sealed class AnswerStream(Func<ReadOnlyMemory<byte>, CancellationToken, Task> take) : Stream
{
    private readonly ArrayBufferWriter<byte> _waiting = new();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _waiting.Write(buffer.Span);
        var rest = _waiting.WrittenMemory;
        while (Envelope.First(rest) is { } message)
        {
            await take(message, cancellationToken);
            rest = rest[(Envelope.HeaderLength + message.Length)..];
        }

        byte[] begun = rest.ToArray();
        _waiting.ResetWrittenCount();
        _waiting.Write(begun);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
        // Messages are passed on as they become complete.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
