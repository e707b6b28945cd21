using Cluster.Coordinator.Search;

namespace Cluster.EndToEnd.Support;

/// <summary>The output folder of a job, as a reader of it sees it.</summary>
internal sealed record JobFiles(string Root)
{
    /// <summary>What a finished job must have left.</summary>
    public static IReadOnlyList<string> Expected { get; } =
    [
        "result.json", "winner.plan.json", "winner.qdq.onnx", "latency.json", "calibration", "calibration.cache",
        "front.csv", "sensitivity.csv", "job.yaml", "journal.jsonl", "report.html",
    ];

    public string this[string name] => Path.Combine(Root, name);

    public string Text(string name) => File.ReadAllText(this[name]);

    public byte[] Bytes(string name) => File.ReadAllBytes(this[name]);

    public string Sha256(string name) => Convert.ToHexStringLower(SHA256.HashData(Bytes(name)));

    public JsonElement Result()
    {
        using var document = JsonDocument.Parse(Text("result.json"));
        return document.RootElement.Clone();
    }

    public IReadOnlyList<JournalRecord> Journal() => FileJournal.ReadOnly(this["journal.jsonl"]);

    public JobState State() => JobState.Fold(Journal().Select(record => record.Event))!;

    /// <summary>Results that the job got, with where they came from.</summary>
    public IReadOnlyList<ItemCompleted> Completed() => [.. Journal().Select(record => record.Event).OfType<ItemCompleted>()];

    /// <summary>The winner is this one's, byte for byte.</summary>
    public void ShouldHaveTheWinnerOf(JobFiles other)
    {
        Sha256("winner.qdq.onnx").ShouldBe(other.Sha256("winner.qdq.onnx"));
        Text("winner.plan.json").ShouldBe(other.Text("winner.plan.json"));
        State().Selection.ShouldNotBeNull().Reason.ShouldBe(other.State().Selection!.Reason);
    }

    /// <summary>What is published can be built again from what is published.</summary>
    public async Task ShouldBeBuiltAgainAsync(string model)
    {
        string again = this["again.onnx"];
        var run = await ClusterProcess.RunAsync(
            Root, "quantize", "--model", model, "--plan", this["winner.plan.json"], "--calibration", this["calibration"], "-o", again);
        run.Code.ShouldBe(0, run.Error);
        Sha256("again.onnx").ShouldBe(Sha256("winner.qdq.onnx"));
    }

    /// <summary>Result, plan and every line of the journal are as the published schemas say.</summary>
    public void ShouldMatchTheirSchemas()
    {
        SchemaValidator.Of("result.schema.json").Errors(Text("result.json")).ShouldBeEmpty();
        SchemaValidator.Of("plan.schema.json").Errors(Text("winner.plan.json")).ShouldBeEmpty();
        Text("journal.jsonl").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(SchemaValidator.Of("journal.schema.json").Errors).ShouldBeEmpty();
    }

    public void CopyTo(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(folder, Path.GetRelativePath(Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
