using System.Buffers;
using System.Buffers.Binary;
using Grpc.Core;

namespace Grpc.Wire;

/// <summary>
/// A message with its five bytes in front: a flag for compression and the length, big-endian. Rented memory: dispose of
/// it.
/// </summary>
internal sealed class Frame : SerializationContext, IBufferWriter<byte>, IDisposable
{
    public const int HeaderSize = 5;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(256);
    private int _length = HeaderSize;

    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: the message is larger than <paramref name="limit"/> bytes.</exception>
    public static Frame Of<T>(T message, Action<T, SerializationContext> serializer, int? limit)
    {
        var frame = new Frame();
        try
        {
            serializer(message, frame);
            int size = frame._length - HeaderSize;
            if (size > limit)
            {
                throw new RpcException(
                    new Status(StatusCode.ResourceExhausted, "Sending message exceeds the maximum configured message size."));
            }

            frame._buffer[0] = 0;
            BinaryPrimitives.WriteUInt32BigEndian(frame._buffer.AsSpan(1), (uint)size);
            return frame;
        }
        catch
        {
            frame.Dispose();
            throw;
        }
    }

    public override void SetPayloadLength(int payloadLength) => Reserve(payloadLength);

    public override IBufferWriter<byte> GetBufferWriter() => this;

    public override void Complete(byte[] payload) => this.Write(payload);

    public override void Complete()
    {
    }

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _buffer.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Dispose()
    {
        byte[] buffer = _buffer;
        _buffer = [];
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Reserve(int more)
    {
        if (_buffer.Length - _length >= more)
        {
            return;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Math.Max(_length + (long)more, 2L * _buffer.Length), Array.MaxLength));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
