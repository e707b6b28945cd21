namespace Grpc.Core;

/// <summary>Wishes about one write.</summary>
[Flags]
public enum WriteFlags
{
    /// <summary>The message need not be sent before the next one.</summary>
    BufferHint = 0x1,

    /// <summary>The message is not to be compressed; nothing here ever is.</summary>
    NoCompress = 0x2,
}

/// <summary>Wishes about the writes of a stream.</summary>
public class WriteOptions
{
    public static readonly WriteOptions Default = new();

    public WriteOptions(WriteFlags flags = default) => Flags = flags;

    public WriteFlags Flags { get; }
}
