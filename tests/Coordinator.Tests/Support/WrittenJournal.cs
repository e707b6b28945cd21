namespace Cluster.Coordinator.Tests.Support;

/// <summary>Journals as they lie in files.</summary>
internal static class WrittenJournal
{
    /// <summary>Every line of events fits the schema of journals, and the events are read as they were written.</summary>
    public static async Task ShouldFitAsync(IEnumerable<JournalEvent> events)
    {
        using var folder = new WorkFolder();
        await using (var journal = FileJournal.Open(folder["journal.jsonl"]))
        {
            await journal.AppendAsync([.. events], TestContext.Current.CancellationToken);
        }

        ShouldFit(folder["journal.jsonl"]);
        Jobs.Text(FileJournal.ReadOnly(folder["journal.jsonl"]).Select(record => record.Event)).ShouldBe(Jobs.Text(events));
    }

    /// <summary>Every line of a file fits the schema of journals.</summary>
    public static void ShouldFit(string path)
    {
        var schema = SchemaValidator.Of("journal.schema.json");
        foreach (var line in File.ReadLines(path))
        {
            schema.Errors(line).ShouldBeEmpty(line);
        }
    }
}
