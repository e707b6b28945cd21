namespace Cluster.Coordinator.Tests.Journal;

/// <summary>
/// Whole jobs as an earlier build recorded them, one for each strategy: later builds read them event by event and decide the same.
/// <c>--explicit only</c> with CLUSTER_RECORD_JOURNALS=FOLDER records the jobs of the build at hand.
/// </summary>
public sealed class RecordedJobsTests
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "fixtures");

    public static TheoryData<string> Recorded =>
        [.. Directory.GetFiles(s_folder, "*.jsonl").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Recorded))]
    public void Read_RecordedJournal_HasEveryEventAndDecidesTheSame(string file)
    {
        var path = Path.Combine(s_folder, file);
        var lines = File.ReadAllLines(path).Select(line => JsonNode.Parse(line)!["event"]!).ToArray();

        var records = FileJournal.ReadOnly(path);
        var report = JournalReplay.Of(records);

        records.Select(record => CanonicalJson.Serialize(record.Event)).ShouldBe(lines.Select(line => CanonicalJson.Serialize(line)));
        report.Difference.ShouldBeNull();
        report.IsFinished.ShouldBeTrue();
        report.Winner.ShouldBe(records[^1].Event.ShouldBeOfType<JobCompleted>().PlanDigest);
    }

    [Fact(Explicit = true)]
    public async Task Record_EveryStrategy()
    {
        var folder = Environment.GetEnvironmentVariable("CLUSTER_RECORD_JOURNALS").ShouldNotBeNull("name the folder to record into");
        foreach (var strategy in Enum.GetValues<StrategyKind>())
        {
            var network = Networks.Sensitive;
            network = network with
            {
                Recovered = _ => 0.5,
                Spec = network.Spec.Choosing(options => options with
                {
                    Strategy = strategy,
                    BudgetEvaluations = 40,
                    Reconstruct = ReconstructionMode.Always,
                    Iterations = 50,
                }),
            };
            await using var journal = FileJournal.Open(Path.Combine(folder, $"{strategy.ToString().ToLowerInvariant()}.jsonl"));
            await Jobs.RunAsync(network, journal);
        }
    }
}
