namespace Cluster.Storage.Files;

/// <summary>
/// A journal in one file of JSON lines. Each line carries a checksum chained to the line before it, and is on disk
/// before its append returns. A torn last line (the process or the machine died while writing it) is dropped when the
/// file is opened; any other damage is an error that names the line. One process owns the file at a time, by a lock on
/// <c>PATH.lock</c> that ends with the process.
/// </summary>
public sealed class FileJournal : IJournal
{
    private readonly string _path;
    private readonly FileStream _file;
    private readonly FileClaim _lock;
    private readonly TimeProvider _time;
    private readonly List<JournalRecord> _records;
    private readonly Lock _gate = new();
    private string _sum;
    private bool _broken;

    private FileJournal(string path, FileStream file, FileClaim lockFile, JournalContent content, TimeProvider time)
    {
        _path = path;
        _file = file;
        _lock = lockFile;
        _time = time;
        _records = [.. content.Records];
        _sum = content.LastSum;
        Token = (_records.Count == 0 ? 0 : _records[^1].Owner) + 1;
    }

    /// <inheritdoc/>
    public long Token { get; }

    /// <inheritdoc/>
    public IReadOnlyList<JournalRecord> Records => _records;

    /// <summary>Opens or creates the journal and takes sole ownership.</summary>
    /// <param name="path">The file.</param>
    /// <param name="time">The clock of its records; the system's if null.</param>
    /// <param name="forget">Whether to discard the content once the file is owned; another process's journal never
    /// is.</param>
    /// <param name="keep">How many of its records to keep, given all of them; null: all.</param>
    /// <exception cref="JobException">Another process owns it, it is damaged, or it was written by another
    /// version.</exception>
    public static FileJournal Open(
        string path, TimeProvider? time = null, bool forget = false, Func<IReadOnlyList<JournalRecord>, int>? keep = null)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var lockFile = FileClaim.Acquire(path);
        FileStream? file = null;
        try
        {
            var isNew = !File.Exists(path);
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            if (isNew)
            {
                DurableFolder.Flush(Path.GetDirectoryName(Path.GetFullPath(path))!);
            }

            if (forget)
            {
                file.SetLength(0);
            }

            var content = JournalLines.Read(file, path);
            if (keep?.Invoke(content.Records) is { } kept && kept < content.Records.Count)
            {
                content = First(kept, content, file, path);
            }

            if (content.ValidLength != file.Length)
            {
                file.SetLength(content.ValidLength);
                file.Flush(flushToDisk: true);
            }

            file.Position = file.Length;
            var journal = new FileJournal(path, file, lockFile, content, time ?? TimeProvider.System);
            if (content.LacksLineEnd)
            {
                journal.Write("\n"u8);
            }

            return journal;
        }
        catch
        {
            file?.Dispose();
            lockFile.Dispose();
            throw;
        }
    }

    private static JournalContent First(int count, JournalContent content, FileStream file, string path)
    {
        file.Position = 0;
        var lines = new JournalScanner(file, path);
        while (lines.Count < count)
        {
            _ = lines.TryNext(out _);
        }

        return new JournalContent([.. content.Records.Take(count)], lines.LastSum, lines.ValidLength, LacksLineEnd: false);
    }

    /// <summary>Reads a journal without owning it, even while another process writes it.</summary>
    /// <exception cref="JobException">It does not exist, is damaged, or was written by another version.</exception>
    public static IReadOnlyList<JournalRecord> ReadOnly(string path)
    {
        if (!File.Exists(path))
        {
            throw new JobException($"There is no journal {path}: give the folder of a job that was run.");
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return JournalLines.Read(file, path).Records;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<JournalRecord>> AppendAsync(IReadOnlyList<JournalEvent> events, CancellationToken cancellationToken) =>
        Task.Run(() => Append(events), cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    /// <summary>Ends the ownership, after any write in progress.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _file.Dispose();
            _lock.Dispose();
        }
    }

    private IReadOnlyList<JournalRecord> Append(IReadOnlyList<JournalEvent> events)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(!_file.CanWrite, this);
            if (_broken)
            {
                throw new JobException(
                    $"An earlier write to {_path} failed, so what it holds is unknown: run the command again to resume "
                    + "from what was stored.");
            }

            if (events.Count == 0)
            {
                return [];
            }

            // Rounded to the line's precision, so that a record equals itself when read back.
            var at = DateTimeOffset.FromUnixTimeMilliseconds(_time.GetUtcNow().ToUnixTimeMilliseconds());
            var records = events.Select((journalEvent, i) => new JournalRecord(_records.Count + i, Token, at, journalEvent)).ToArray();
            var sum = _sum;
            using var lines = new MemoryStream();
            foreach (var record in records)
            {
                lines.Write(JournalLines.Format(record, sum, out sum).Span);
            }

            Write(lines.GetBuffer().AsSpan(0, (int)lines.Length));
            _sum = sum;
            _records.AddRange(records);
            return records;
        }
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        var before = _file.Position;
        try
        {
            _file.Write(bytes);
            _file.Flush(flushToDisk: true);
        }
        catch (IOException e)
        {
            // After a failed fsync the kernel may have dropped the pages: the only safe continuation is to read the
            // file again.
            _broken = true;
            throw new JobException(
                $"Writing {_path} failed at byte {before} ({e.Message}): free space on the disk, then run the command again to resume.", e);
        }
    }
}

/// <summary>The content of a journal file.</summary>
/// <param name="Records">The events.</param>
/// <param name="LastSum">Checksum of the last line, which the next one is chained to.</param>
/// <param name="ValidLength">Bytes up to which the file is intact; the rest is a torn line.</param>
/// <param name="LacksLineEnd">The last line lacks only its line end.</param>
internal sealed record JournalContent(IReadOnlyList<JournalRecord> Records, string LastSum, long ValidLength, bool LacksLineEnd);
