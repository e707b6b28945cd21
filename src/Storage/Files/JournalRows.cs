using System.Text;
using Cluster.Coordinator.Journal;
using Cluster.Plans;

namespace Cluster.Storage.Files;

/// <summary>
/// The rows of journals in databases, chained like the lines of a file, so that a changed, lost, repeated or moved one is detected.
/// </summary>
internal static class JournalRows
{
    /// <summary>The checksum before the first row, and that of an empty journal.</summary>
    public const string FirstSum = JournalLines.FirstSum;

    /// <summary>The row of an event that follows a row with the given checksum.</summary>
    public static JournalRow Format(JournalRecord record, string previousSum)
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
