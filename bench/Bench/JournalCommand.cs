using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Running;
using Cluster.Coordinator.Work;
using Cluster.Plans;
using Cluster.Storage.Files;
using Cluster.Storage.Postgres;

namespace Cluster.Bench;

/// <summary>
/// `bench journal`: durable events a second through a job's journal, by one writer and by many, in a file and in
/// PostgreSQL.
/// </summary>
internal static class JournalCommand
{
    private static readonly int[] Writers = [1, 64];

    public static Command Create()
    {
        var seconds = new Option<double>("--seconds") { DefaultValueFactory = _ => 5, Description = "for each row of the table" };
        var folder = new Option<string>("--folder")
        {
            DefaultValueFactory = _ => Path.GetTempPath(),
            Description = "on the disk that is to be measured"
        };
        var postgres = new Option<string?>("--postgres")
        {
            Description = "connection string of a database; without it only the file is measured"
        };
        var command = new Command("journal", "Durable events a second through a job's journal: file and PostgreSQL, 1 and 64 writers.")
        {
            seconds, folder, postgres
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            Console.WriteLine("| journal | writers | events/s | p50 ms | p99 ms | events a write |");
            Console.WriteLine("|---|---|---|---|---|---|");
            var duration = TimeSpan.FromSeconds(parsed.GetValue(seconds));
            foreach (var writers in Writers)
            {
                var place = Directory.CreateDirectory(Path.Combine(parsed.GetRequiredValue(folder), Path.GetRandomFileName()));
                await using (var journal = FileJournal.Open(Path.Combine(place.FullName, "journal.jsonl")))
                {
                    await MeasureAsync("file", journal, writers, duration);
                }

                place.Delete(recursive: true);
            }

            if (parsed.GetValue(postgres) is not { } connection)
            {
                return;
            }

            await using var store = await PostgresJobStore.OpenAsync(connection, time: null, cancellation);
            foreach (var writers in Writers)
            {
                var id = $"bench-{Guid.NewGuid():N}";
                await store.AddAsync(Entry(id), cancellation);
                await using (var journal = await store.OpenJournalAsync(id, cancellation))
                {
                    await MeasureAsync("PostgreSQL", journal, writers, duration);
                }

                await store.RemoveAsync(id, cancellation);
            }
        });
        return command;
    }

    private static async Task MeasureAsync(string name, IJournal journal, int writers, TimeSpan duration)
    {
        await using var counted = new CountingJournal(journal);
        using var jobJournal = new JobJournal(counted);
        foreach (var journalEvent in Begin(writers))
        {
            await jobJournal.AppendAsync(journalEvent);
        }

        counted.Writes = 0;
        var clock = Stopwatch.StartNew();
        var latencies = await Task.WhenAll(
            Enumerable.Range(0, writers).Select(writer => Task.Run(() => WriteAsync(jobJournal, writer, clock, duration))));
        var elapsed = clock.Elapsed;
        double[] sorted = [.. latencies.SelectMany(each => each).Order()];
        string[] cells =
        [
            name,
            Text(writers),
            Text(sorted.Length / elapsed.TotalSeconds),
            Text(At(0.5), "F2"),
            Text(At(0.99), "F2"),
            Text((double)sorted.Length / counted.Writes, "F1")
        ];
        Console.WriteLine($"| {string.Join(" | ", cells)} |");

        double At(double quantile) => sorted[Math.Min(sorted.Length - 1, (int)(quantile * sorted.Length))];
    }

    // What a cluster writes most: an item's attempt begins, and ends.
    private static async Task<List<double>> WriteAsync(JobJournal jobJournal, int sequence, Stopwatch clock, TimeSpan duration)
    {
        var latencies = new List<double>();
        var failure = new FailedResult(FailureKind.Unavailable, "node-17 was drained");
        for (var attempt = 1; clock.Elapsed < duration; attempt++)
        {
            foreach (JournalEvent journalEvent in new JournalEvent[]
            {
                new AttemptStarted(sequence, attempt, "node-17", "cuda:0"), new AttemptFailed(sequence, attempt, failure)
            })
            {
                var begun = clock.Elapsed;
                await jobJournal.AppendAsync(journalEvent);
                latencies.Add((clock.Elapsed - begun).TotalMilliseconds);
            }
        }

        return latencies;
    }

    private static IEnumerable<JournalEvent> Begin(int items)
    {
        var plan = Plan.Uniform(GroupFormat.Int8, "onnxruntime-cpu", ["g"], "max", biasCorrection: false);
        var work = Enumerable.Range(0, items).Select(i => new AccuracyItem($"bench {i}", plan, ImageScope.Full)).ToArray();
        yield return new JobSubmitted(Spec.JobId, Spec, Space);
        yield return new RoundProposed(0, 0, "bench", [.. work.Select((item, i) => new ProposedItem(i, item.Id, item))]);
    }

    private static JobSpec Spec { get; } = new()
    {
        ModelDigest = "bench",
        Data = new DataDigests("bench", "bench"),
        Options = new JobOptions { FineTune = FineTuneMode.Never, Reconstruct = ReconstructionMode.Never },
        Versions = new EvaluatorVersions("1", "bench", "none"),
    };

    private static SearchSpace Space { get; } = new("bench", [new GroupInfo("g", ["Conv"], 1, 1, "g")], []);

    private static JobEntry Entry(string id) => new()
    {
        Id = id,
        CreatedAt = TimeProvider.System.GetUtcNow(),
        Spec = Spec,
        Space = Space,
        Inputs = new JobInputs { Model = "bench", Calibration = new DataLocation("bench") },
    };

    private static string Text(double value, string format = "F0") => value.ToString(format, CultureInfo.InvariantCulture);

    private sealed class CountingJournal(IJournal journal) : IJournal
    {
        public int Writes { get; set; }

        public long Token => journal.Token;

        public IReadOnlyList<JournalRecord> Records => journal.Records;

        public Task<IReadOnlyList<JournalRecord>> AppendAsync(IReadOnlyList<JournalEvent> events, CancellationToken cancellationToken)
        {
            Writes++;
            return journal.AppendAsync(events, cancellationToken);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
