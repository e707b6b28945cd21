using System.Text;

namespace Cluster.Silo.Workers.Child;

/// <summary>The end of a child's output. Native libraries print without limit; only this much is kept.</summary>
internal sealed class OutputTail
{
    private const int Size = 8192;
    private const int Shown = 600;

    private readonly Lock _lock = new();
    private readonly byte[] _ring = new byte[Size];
    private long _written;

    /// <summary>The end of the output, on one line; empty if there is none.</summary>
    public string Text
    {
        get
        {
            byte[] bytes;
            lock (_lock)
            {
                int count = (int)Math.Min(_written, Size);
                bytes = new byte[count];
                for (int i = 0; i < count; i++)
                {
                    bytes[i] = _ring[(_written - count + i) % Size];
                }
            }

            string text = Encoding.UTF8.GetString(bytes);
            string line = string.Join(' ', string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries));
            return line.Length <= Shown ? line : line[^Shown..];
        }
    }

    /// <summary>Reads a stream to its end.</summary>
    public async Task ReadAsync(Stream stream)
    {
        byte[] buffer = new byte[4096];
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer)) > 0)
            {
                Write(buffer.AsSpan(0, read));
            }
        }
        catch (Exception end) when (end is IOException or ObjectDisposedException)
        {
            // Keep what was read so far; others report how the child ended.
        }
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            foreach (byte one in bytes)
            {
                _ring[_written++ % Size] = one;
            }
        }
    }
}
