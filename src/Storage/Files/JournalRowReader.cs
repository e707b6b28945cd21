using System.Text;
using System.Text.Json;
using Cluster.Coordinator;
using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Json;

namespace Cluster.Storage.Files;

/// <summary>Reads the journal of a database row by row: of each no more is held than its event.</summary>
/// <param name="name">How messages name the journal.</param>
internal sealed class JournalRowReader(string name)
{
    private readonly List<JournalRecord> _records = [];
    private readonly ReleasedSteps _released = new();
    private string _sum = JournalRows.FirstSum;
    private int _count;
    private JobException? _unknown;

    /// <summary>Takes in the next row, in the order of their numbers.</summary>
    /// <exception cref="JobException">It is damaged.</exception>
    public void Add(JournalRow row)
    {
        _sum = JournalLines.Sum(_sum, JournalLines.Body(row.At, Encoding.UTF8.GetBytes(row.Event), row.Number, row.Owner));
        if (row.Number != _count || !string.Equals(_sum, row.Sum, StringComparison.Ordinal))
        {
            throw Damaged("its checksum does not fit, or an event before it is missing");
        }

        _count++;

        // A journal that is damaged further on is damaged, whatever else is the matter with it.
        if (_unknown is null)
        {
            try
            {
                var record = Parse(row);
                _records.Add(record with { Event = _released.Current(record.Event) });
            }
            catch (JobException e)
            {
                _unknown = e;
            }
        }
    }

    /// <summary>The whole journal.</summary>
    /// <param name="length">How many rows were written, according to its head.</param>
    /// <param name="lastSum">Checksum of the last row written, likewise.</param>
    /// <exception cref="JobException">It is damaged, or was written by another version.</exception>
    public IReadOnlyList<JournalRecord> End(long length, string lastSum)
    {
        if (_count != length || !string.Equals(_sum, lastSum, StringComparison.Ordinal))
        {
            throw Damaged($"{length} events were written and {_count} are there");
        }

        return _unknown is null ? _records : throw _unknown;
    }

    private JournalRecord Parse(JournalRow row)
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

    private JobException Damaged(string why) =>
        new($"{name} is damaged at event {_count + 1} ({why}): restore the database from a backup, or delete the job.");
}
