using System.Text;
using System.Text.Json;
using Cluster.Coordinator;
using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Json;

namespace Cluster.Storage.Files;

/// <summary>
/// Journals in databases: rows chained like the lines of a file, so that a changed, lost, repeated or moved one is
/// found.
/// </summary>
internal static class JournalRows
{
    /// <summary>What the first row is chained to, and the checksum of an empty journal.</summary>
    public const string FirstSum = JournalLines.FirstSum;

    /// <summary>The row of an event that follows one of the given checksum.</summary>
    public static JournalRow Format(JournalRecord record, string previousSum)
    {
        var text = WellFormed(CanonicalJson.Serialize(record.Event));
        return new JournalRow(
            record.Number,
            record.Owner,
            record.At,
            text,
            JournalLines.Sum(previousSum, JournalLines.Body(record.At, text, record.Number, record.Owner)));
    }

    /// <summary>Reads a whole journal.</summary>
    /// <param name="rows">Its rows by number.</param>
    /// <param name="length">How many were written, according to the journal's head.</param>
    /// <param name="lastSum">Checksum of the last row written, likewise.</param>
    /// <param name="name">How messages name the journal.</param>
    /// <exception cref="JobException">It is damaged, or was written by another version.</exception>
    public static IReadOnlyList<JournalRecord> Read(IReadOnlyList<JournalRow> rows, long length, string lastSum, string name)
    {
        var sum = FirstSum;
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            sum = JournalLines.Sum(sum, JournalLines.Body(row.At, row.Event, row.Number, row.Owner));
            if (row.Number != i || !string.Equals(sum, row.Sum, StringComparison.Ordinal))
            {
                throw Damaged(name, i, "its checksum does not fit, or an event before it is missing");
            }
        }

        if (rows.Count != length || !string.Equals(sum, lastSum, StringComparison.Ordinal))
        {
            throw Damaged(name, rows.Count, $"{length} events were written and {rows.Count} are there");
        }

        var released = new ReleasedSteps();
        return [.. rows.Select(row => Parse(row, name)).Select(record => record with { Event = released.Current(record.Event) })];
    }

    private static JournalRecord Parse(JournalRow row, string name)
    {
        try
        {
            var journalEvent = JsonSerializer.Deserialize<JournalEvent>(row.Event, CoordinatorJson.Options)!;
            JournalLines.RequireSchema(journalEvent, name);
            return new JournalRecord(row.Number, row.Owner, row.At, journalEvent);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new JobException(
                $"{name} event {row.Number + 1} is intact but not understood ({e.Message}): it was written by another version of "
                + "cluster, use that one.",
                e);
        }
    }

    // Half a surrogate pair has no UTF-8: a file gets its replacement character, and so does a database.
    private static string WellFormed(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static JobException Damaged(string name, int index, string why) =>
        new($"{name} is damaged at event {index + 1} ({why}): restore the database from a backup, or delete the job.");
}
