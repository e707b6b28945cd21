namespace Cluster.Silo.Workers.Child;

/// <summary>The end of a child's output. Native libraries print without limit; only this much is kept.</summary>
internal sealed class OutputTail
{
    private const int Size = 8192;
    private const int Shown = 600;

    private readonly Lock _lock = new();
    private byte[] _last = [];

    /// <summary>The end of the output, on one line; empty if there is none.</summary>
    public string Text
    {
        get
        {
            string text;
            lock (_lock)
            {
                text = Encoding.UTF8.GetString(_last);
            }

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
                // Two streams write here.
                lock (_lock)
                {
                    byte[] all = [.. _last, .. buffer.AsSpan(0, read)];
                    _last = all[Math.Max(0, all.Length - Size)..];
                }
            }
        }
        catch (Exception end) when (end is IOException or ObjectDisposedException)
        {
            // Keep what was read so far; others report how the child ended.
        }
    }
}
