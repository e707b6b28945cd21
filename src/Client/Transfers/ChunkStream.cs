namespace Cluster.Client.Transfers;

/// <summary>Splits written bytes into chunks of one size (the last may be smaller) and passes each on.</summary>
/// <param name="sink">Receives each chunk; its memory is reused when the returned task ends.</param>
internal sealed class ChunkStream(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> sink) : Stream
{
    /// <summary>Bytes per chunk, the most that a message of the contract holds.</summary>
    public const int Size = 1 << 20;

    private readonly byte[] _buffer = new byte[Size];
    private int _filled;
    private long _written;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    /// <summary>Bytes written so far.</summary>
    public override long Length => _written;

    public override long Position
    {
        get => _written;
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            int count = Math.Min(buffer.Length, Size - _filled);
            buffer[..count].CopyTo(_buffer.AsMemory(_filled));
            _filled += count;
            _written += count;
            buffer = buffer[count..];
            if (_filled == Size)
            {
                await EndChunkAsync(cancellationToken);
            }
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Passes on the remaining bytes; nothing may be written afterwards.</summary>
    public async ValueTask CompleteAsync(CancellationToken cancellation)
    {
        if (_filled > 0)
        {
            await EndChunkAsync(cancellation);
        }
    }

    // Chunks end when they are full, so flushing between writes does not change them.
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Chunks are handed on asynchronously.");

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private async ValueTask EndChunkAsync(CancellationToken cancellation)
    {
        int length = _filled;
        _filled = 0;
        await sink(_buffer.AsMemory(0, length), cancellation);
    }
}
