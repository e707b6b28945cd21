using System.Buffers;

namespace Cluster.Silo.Page.Connect;

/// <summary>The target of a gRPC service's answer: takes the messages out of their envelopes.</summary>
/// <param name="take">Receives each message.</param>
internal sealed class AnswerStream(Func<ReadOnlyMemory<byte>, CancellationToken, Task> take) : ForwardStream
{
    private readonly ArrayBufferWriter<byte> _waiting = new();

    public override bool CanWrite => true;

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
}
