namespace Cluster.Storage.Files;

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
