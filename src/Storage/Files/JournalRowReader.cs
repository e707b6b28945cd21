namespace Cluster.Storage.Files;

/// <summary>Reads a database journal row by row; of each row only its event is kept.</summary>
/// <param name="name">The journal's name in messages.</param>
internal sealed class JournalRowReader(string name)
{
    private readonly IntactRecords _records = new();
    private string _sum = JournalLines.FirstSum;
    private int _count;

    /// <summary>Adds the next row, in the order of their numbers.</summary>
    /// <exception cref="JobException">It is damaged.</exception>
    public void Add(JournalRow row)
    {
        _sum = JournalLines.Sum(_sum, JournalLines.Body(row.At, Encoding.UTF8.GetBytes(row.Event), row.Number, row.Owner));
        if (row.Number != _count || !string.Equals(_sum, row.Sum, StringComparison.Ordinal))
        {
            throw Damaged("its checksum does not fit, or an event before it is missing");
        }

        _count++;
        _records.Add(row, Parse);
    }

    /// <summary>The whole journal.</summary>
    /// <param name="length">The number of rows, according to the journal's head.</param>
    /// <param name="lastSum">Checksum of the last row written, likewise.</param>
    /// <exception cref="JobException">It is damaged, or was written by another version.</exception>
    public IReadOnlyList<JournalRecord> End(long length, string lastSum)
    {
        if (_count != length || !string.Equals(_sum, lastSum, StringComparison.Ordinal))
        {
            throw Damaged($"{length} events were written and {_count} are there");
        }

        return _records.All;
    }

    private JournalRecord Parse(JournalRow row, int index)
    {
        try
        {
            var journalEvent = JsonSerializer.Deserialize<JournalEvent>(row.Event, PlanJson.Options)!;
            JournalLines.RequireSchema(journalEvent, name);
            return new JournalRecord(row.Number, row.Owner, row.At, journalEvent);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new JobException(
                $"{name} event {index + 1} is intact but not understood ({e.Message}): it was written by another version of "
                + "cluster, use that one.",
                e);
        }
    }

    private JobException Damaged(string why) =>
        new($"{name} is damaged at event {_count + 1} ({why}): restore the database from a backup, or delete the job.");
}

/// <summary>An event as a row of a database, with the parts and the checksum of a line in a journal file.</summary>
/// <param name="Number">Its number in the journal, from 0.</param>
/// <param name="Owner">The fencing token of the owner that wrote it.</param>
/// <param name="At">When it was written, in whole milliseconds.</param>
/// <param name="Event">The event as canonical JSON.</param>
/// <param name="Sum">Its checksum, chained to that of the row before.</param>
internal sealed record JournalRow(long Number, long Owner, DateTimeOffset At, string Event, string Sum)
{
    /// <summary>
    /// The row of an event that follows a row with the given checksum: rows are chained like the lines of a file, so that a changed, lost,
    /// repeated or moved one is detected.
    /// </summary>
    public static JournalRow Of(JournalRecord record, string previousSum)
    {
        var text = CanonicalJson.SerializeToUtf8(record.Event).Span;
        return new JournalRow(
            record.Number,
            record.Owner,
            record.At,
            Encoding.UTF8.GetString(text),
            JournalLines.Sum(previousSum, JournalLines.Body(record.At, text, record.Number, record.Owner)));
    }
}

/// <summary>
/// The records of a journal whose checksums match so far. An unknown record is reported only at the end: if the journal is damaged further
/// on, the damage is reported instead.
/// </summary>
internal sealed class IntactRecords
{
    private readonly List<JournalRecord> _records = [];
    private JobException? _unknown;

    /// <summary>All records; call it after the journal was read to its end.</summary>
    /// <exception cref="JobException">A record is unknown.</exception>
    public IReadOnlyList<JournalRecord> All => _unknown is null ? _records : throw _unknown;

    /// <summary>Adds the next record.</summary>
    /// <param name="text">The stored text of the record, intact.</param>
    /// <param name="parse">Reads a record from that and its place in the journal.</param>
    public void Add<TText>(TText text, Func<TText, int, JournalRecord> parse)
        where TText : allows ref struct
    {
        if (_unknown is not null)
        {
            return;
        }

        try
        {
            _records.Add(parse(text, _records.Count));
        }
        catch (JobException e)
        {
            _unknown = e;
        }
    }
}
