using Cluster.Coordinator.Journal;
using Cluster.Plans;

namespace Cluster.Storage.Files;

/// <summary>
/// The records of a journal whose checksums fit so far. One that is not understood is told at the end: a journal that is damaged further on
/// is damaged, whatever else is the matter with it.
/// </summary>
internal sealed class IntactRecords
{
    private readonly List<JournalRecord> _records = [];
    private JobException? _unknown;

    /// <summary>All of them, the journal being read to its end.</summary>
    /// <exception cref="JobException">One is not understood.</exception>
    public IReadOnlyList<JournalRecord> All => _unknown is null ? _records : throw _unknown;

    /// <summary>Takes in the next one.</summary>
    /// <param name="text">What is stored of it, intact.</param>
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
