namespace Cluster.Coordinator.Tests.Support;

/// <summary>One row of the table of a job's life in docs/architecture.md: where an event leads from each status.</summary>
internal sealed class DocumentedTable
{
    private readonly Dictionary<JobStatus, string> _cells;

    private DocumentedTable(Dictionary<JobStatus, string> cells) => _cells = cells;

    /// <summary>The rows by the name of the event.</summary>
    public static IReadOnlyDictionary<string, DocumentedTable> Read()
    {
        var rows = File.ReadLines(Checkout.At("docs", "architecture.md"))
            .SkipWhile(line => !line.StartsWith("| event ", StringComparison.Ordinal))
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))
            .ToArray();
        var statuses = rows[0].Skip(1).Select(Enum.Parse<JobStatus>).ToArray();
        return rows.Skip(2).ToDictionary(
            row => row[0].Trim('`'),
            row => new DocumentedTable(statuses.Zip(row.Skip(1)).ToDictionary(cell => cell.First, cell => cell.Second)));
    }

    /// <summary>The next status, or null where the event is refused: jobs that are over have no column and refuse all.</summary>
    public string? Of(JobStatus status, bool begun) => _cells.GetValueOrDefault(status, string.Empty) switch
    {
        "" => null,
        "back" => begun ? nameof(JobStatus.Running) : nameof(JobStatus.Queued),
        var next => next,
    };
}
