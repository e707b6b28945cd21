namespace Cluster.Storage.Files;

/// <summary>
/// Returns the lines of a journal one after another, each verified. Holds only the longest line in memory, so a journal may be of any
/// length.
/// </summary>
/// <param name="stream">The journal, read from its current position to its end.</param>
/// <param name="name">The journal's name in messages.</param>
/// <param name="atFirst">Bytes of the first buffer, which grows with the lines; at least 1.</param>
internal sealed class JournalScanner(Stream stream, string name, int atFirst = 1 << 16)
{
    private byte[] _buffer = new byte[atFirst];
    private int _begin;
    private int _end;

    /// <summary>Number of lines so far.</summary>
    public int Count { get; private set; }

    /// <summary>Checksum of the last line.</summary>
    public string LastSum { get; private set; } = JournalLines.FirstSum;

    /// <summary>Bytes up to which the journal is intact; after the last line comes a torn one.</summary>
    public long ValidLength { get; private set; }

    /// <summary>Whether the last line lacks only its line end.</summary>
    public bool LacksLineEnd { get; private set; }

    /// <summary>The next intact line, valid until the next call; false if only a torn one follows, or nothing.</summary>
    /// <exception cref="JobException">A complete line is damaged.</exception>
    public bool TryNext(out ReadOnlySpan<byte> line)
    {
        line = Next(out var hasEnd);
        if (!JournalLines.TryVerify(line, LastSum, out var sum))
        {
            if (hasEnd || JournalLines.IsWholeButForItsEnd(line, LastSum))
            {
                throw JournalLines.Damaged(name, Count);
            }

            return false;
        }

        Count++;
        LastSum = sum;
        LacksLineEnd = !hasEnd;
        ValidLength += line.Length + (hasEnd ? 1 : 0);
        return true;
    }

    private ReadOnlySpan<byte> Next(out bool hasEnd)
    {
        var searched = 0;
        int length;
        while ((length = _buffer.AsSpan((_begin + searched).._end).IndexOf((byte)'\n')) < 0)
        {
            searched = _end - _begin;
            if (!TryFill())
            {
                break;
            }
        }

        hasEnd = length >= 0;
        var line = _buffer.AsSpan(_begin, searched + Math.Max(0, length));
        _begin += line.Length + (hasEnd ? 1 : 0);
        return line;
    }

    private bool TryFill()
    {
        _buffer.AsSpan(_begin.._end).CopyTo(_buffer);
        (_begin, _end) = (0, _end - _begin);
        if (_end == _buffer.Length)
        {
            // No record is that long.
            Array.Resize(ref _buffer, _end < Array.MaxLength ? (int)Math.Min(2L * _end, Array.MaxLength) : throw TooLong());
        }

        var read = stream.Read(_buffer.AsSpan(_end));
        _end += read;
        return read > 0;
    }

    private JobException TooLong() => JournalLines.Damaged(name, Count);
}
