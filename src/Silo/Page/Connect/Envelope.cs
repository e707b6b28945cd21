using System.Buffers.Binary;

namespace Cluster.Silo.Page.Connect;

/// <summary>
/// A message on a stream, in gRPC and in Connect alike: a byte of flags, four of its length (big-endian), the message. See
/// https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md and https://connectrpc.com/docs/protocol.
/// </summary>
internal static class Envelope
{
    /// <summary>Bytes before a message.</summary>
    public const int HeaderLength = 5;

    /// <summary>Connect's flag of the message that ends a stream.</summary>
    public const byte End = 2;

    public static byte[] Of(ReadOnlySpan<byte> message, byte flags = 0)
    {
        byte[] envelope = new byte[HeaderLength + message.Length];
        envelope[0] = flags;
        BinaryPrimitives.WriteUInt32BigEndian(envelope.AsSpan(1), (uint)message.Length);
        message.CopyTo(envelope.AsSpan(HeaderLength));
        return envelope;
    }

    /// <summary>The message at the front of some bytes, or null where it is not whole.</summary>
    public static ReadOnlyMemory<byte>? First(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < HeaderLength || bytes.Length - HeaderLength < BinaryPrimitives.ReadUInt32BigEndian(bytes.Span[1..]))
        {
            return null;
        }

        return bytes.Slice(HeaderLength, (int)BinaryPrimitives.ReadUInt32BigEndian(bytes.Span[1..]));
    }
}
