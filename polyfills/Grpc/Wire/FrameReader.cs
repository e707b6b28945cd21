using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Grpc.Core;

namespace Grpc.Wire;

/// <summary>Takes messages out of a stream of bytes.</summary>
/// <param name="input">The bytes.</param>
/// <param name="limit">The largest message accepted, in bytes; null for any.</param>
/// <param name="encoding">The compression that the sender announced; null for none.</param>
internal sealed class FrameReader(PipeReader input, int? limit, string? encoding)
{
    /// <summary>The next message, or null at the end.</summary>
    /// <exception cref="RpcException">What came is no message, a compressed one, too large, or cut off.</exception>
    public async ValueTask<T?> ReadAsync<T>(Func<DeserializationContext, T> deserializer, CancellationToken cancellationToken)
        where T : class
    {
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            SequencePosition consumed = buffer.Start, examined = buffer.End;
            try
            {
                if (TryTake(buffer, out var message, out var end))
                {
                    consumed = examined = end;
                    return deserializer(new Payload(message));
                }

                if (result.IsCompleted)
                {
                    return buffer.IsEmpty ? null : throw Broken("Incomplete message.");
                }
            }
            finally
            {
                input.AdvanceTo(consumed, examined);
            }
        }
    }

    /// <summary>The only message of a stream.</summary>
    /// <exception cref="RpcException">There is none, or more than one.</exception>
    public async ValueTask<T> ReadSingleAsync<T>(Func<DeserializationContext, T> deserializer, CancellationToken cancellationToken)
        where T : class
    {
        var message = await ReadAsync(deserializer, cancellationToken) ?? throw Broken("Incomplete message.");
        var result = await input.ReadAsync(cancellationToken);
        while (result.Buffer.IsEmpty && !result.IsCompleted)
        {
            input.AdvanceTo(result.Buffer.End);
            result = await input.ReadAsync(cancellationToken);
        }

        bool more = !result.Buffer.IsEmpty;
        input.AdvanceTo(result.Buffer.End);
        return more ? throw Broken("Additional data after the message received.") : message;
    }

    private static RpcException Broken(string detail) => new(new Status(StatusCode.Internal, detail));

    private bool TryTake(ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> message, out SequencePosition end)
    {
        message = default;
        end = default;
        if (buffer.Length < Frame.HeaderSize)
        {
            return false;
        }

        Span<byte> header = stackalloc byte[Frame.HeaderSize];
        buffer.Slice(0, Frame.HeaderSize).CopyTo(header);
        uint size = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        if (size > (uint)(limit ?? int.MaxValue))
        {
            throw new RpcException(
                new Status(StatusCode.ResourceExhausted, "Received message exceeds the maximum configured message size."));
        }

        switch (header[0])
        {
            case 0:
                break;
            case 1 when encoding is null or Names.Identity:
                throw Broken("The message is compressed, but no grpc-encoding was announced.");
            case 1:
                throw new RpcException(
                    new Status(
                        StatusCode.Unimplemented, $"Unsupported grpc-encoding value '{encoding}'. Supported encodings: {Names.Identity}"));
            default:
                throw Broken("Unexpected compressed flag value in message header.");
        }

        if (buffer.Length < Frame.HeaderSize + size)
        {
            return false;
        }

        message = buffer.Slice(Frame.HeaderSize, size);
        end = message.End;
        return true;
    }
}
