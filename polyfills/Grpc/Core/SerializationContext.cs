using System.Buffers;

namespace Grpc.Core;

/// <summary>Where a serializer puts its bytes.</summary>
public abstract class SerializationContext
{
    /// <summary>Hands over the whole message and ends it.</summary>
    public virtual void Complete(byte[] payload) => throw new NotSupportedException("This context does not take whole payloads.");

    /// <summary>A buffer to write the message into; <see cref="Complete()"/> ends it.</summary>
    public virtual IBufferWriter<byte> GetBufferWriter() => throw new NotSupportedException("This context has no buffer to write into.");

    /// <summary>Says the size of the message beforehand.</summary>
    public virtual void SetPayloadLength(int payloadLength)
    {
    }

    /// <summary>Ends the message written into the buffer.</summary>
    public virtual void Complete() => throw new NotSupportedException("This context has no buffer to write into.");
}

/// <summary>Where a deserializer finds its bytes.</summary>
public abstract class DeserializationContext
{
    public abstract int PayloadLength { get; }

    public virtual byte[] PayloadAsNewBuffer() => throw new NotSupportedException("This context does not give a copy of its payload.");

    /// <summary>The message, valid until the deserializer returns.</summary>
    public virtual ReadOnlySequence<byte> PayloadAsReadOnlySequence() =>
        throw new NotSupportedException("This context does not show its payload.");
}
