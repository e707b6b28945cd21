namespace Cluster.Storage.Files;

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
