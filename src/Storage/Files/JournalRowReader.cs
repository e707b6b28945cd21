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
