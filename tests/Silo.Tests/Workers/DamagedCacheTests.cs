using Cluster.Coordinator.Model;
using Cluster.Coordinator.Search;
using Cluster.Plans;

namespace Cluster.Silo.Tests.Workers;

/// <summary>What a node made of a job's files is damaged while the job runs: the job ends as if it had not been.</summary>
[Long]
public sealed class DamagedCacheTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // One after the other, each while no process has the job open: what was unpacked, and what was made of it.
    private static readonly (string Name, Action<NodeFolders> Do)[] Damages =
    [
        ("a byte of an image and of the statistics", folders =>
        {
            Change(Images(folders), bytes => bytes[^1] ^= 0x55);
            Change(Statistics(folders), bytes => bytes[bytes.Length / 2] ^= 0x10);
        }),
        ("images and statistics cut off", folders =>
        {
            File.WriteAllBytes(Images(folders), File.ReadAllBytes(Images(folders))[..^100]);
            File.WriteAllBytes(Statistics(folders), File.ReadAllBytes(Statistics(folders))[..^7]);
        }),
        ("labels gone and an empty origin", folders =>
        {
            File.Delete(Beside(Images(folders), "labels-idx1-ubyte"));
            File.WriteAllBytes(Beside(Statistics(folders), "origin.json"), []);
        }),
        ("all of it gone", folders => Directory.Delete(folders.Cache, recursive: true)),
    ];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Job_WhoseFilesAreDamagedAgainAndAgain_EndsWithTheUndisturbedDecisions()
    {
        string[] expected = [.. Decisions(await RunAsync("undisturbed", []))];

        var events = await RunAsync("damaged", Damages);

        Unfit(events).ShouldBe(Damages.Length - 1, "data that are damaged are the node's fault; what else is amiss is made again at once");
        Decisions(events).ShouldBe(expected);
    }

    private static string Statistics(NodeFolders folders) => Single(Path.Combine(folders.Cache, "calibration"), "statistics.bin");

    private static string Images(NodeFolders folders) => Single(folders.Data, "images-idx3-ubyte");

    private static string Single(string folder, string name) =>
        Directory.EnumerateFiles(folder, name, SearchOption.AllDirectories).ShouldHaveSingleItem();

    private static string Beside(string file, string name) => Path.Combine(Path.GetDirectoryName(file)!, name);

    private static void Change(string file, Action<byte[]> change)
    {
        byte[] bytes = File.ReadAllBytes(file);
        change(bytes);
        File.WriteAllBytes(file, bytes);
    }

    private static int Unfit(IEnumerable<JournalEvent> events) =>
        events.OfType<AttemptFailed>().Count(failed => failed.Failure.Kind == FailureKind.Unavailable);

    // What was asked, measured or failed, chosen and published; neither attempts nor times, nor files that tell of them.
    private static IEnumerable<string> Decisions(IEnumerable<JournalEvent> events) => RoundOrder.Of(events).Select(e => e switch
    {
        RoundProposed or WinnerSelected or JobCompleted => CanonicalJson.Serialize(e),
        ItemCompleted completed => $"{completed.Sequence} {completed.Item} {Results.Text(completed.Result)}",
        ItemFailed failed => $"{failed.Sequence} {failed.Failure.Kind}",
        ArtefactPublished { Name: "winner.qdq.onnx" or "winner.plan.json" or "calibration/statistics.bin" } => CanonicalJson.Serialize(e),
        _ => null,
    }).OfType<string>();

    private async Task<IReadOnlyList<JournalEvent>> RunAsync(
        string name, IReadOnlyCollection<(string Name, Action<NodeFolders> Do)> damages)
    {
        var (inputs, options) = await TinyJob.StoreAsync(_folder);
        options = options with { Methods = ["max", "kl", "percentile:99.9"] };
        var children = Children.Options(_folder) with { Folders = new NodeFolders(_folder["artefacts"], _folder[name]) };
        JobEntry job;
        await using (var preparer = new ChildProcessWorker(children))
        {
            job = TinyJob.Entry(inputs, await preparer.PrepareAsync(inputs, options, Cancellation));
        }

        string path = _folder[$"{name}.jsonl"];
        await using var node = new RestartedNode(children, job, path, damages);
        await using (var journal = FileJournal.Open(path))
        {
            using var jobJournal = new JobJournal(journal);
            using var control = new JobControl(jobJournal);
            var how = new JobRunnerOptions { Distributed = true, Publishes = true };
            var runner = new JobRunner(node, jobJournal, control, SearchStrategies.Of(new()), how);
            (await runner.RunAsync(job.Spec, Cancellation)).ShouldNotBeNull();
        }

        node.DamagesLeft.ShouldBe(0, "every damage was done");
        return [.. FileJournal.ReadOnly(path).Select(record => record.Event)];
    }

    /// <summary>A node whose process is started anew before every item but the first, with something damaged meanwhile.</summary>
    private sealed class RestartedNode(
        WorkerOptions children, JobEntry job, string journal, IReadOnlyCollection<(string Name, Action<NodeFolders> Do)> damages)
        : IEvaluator, IAsyncDisposable
    {
        private readonly Queue<(string Name, Action<NodeFolders> Do)> _damages = new(damages);
        private ChildProcessWorker _child = new(children);
        private int _items;

        public int DamagesLeft => _damages.Count;

        public Task<SearchSpace> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(job.Space);

        public async Task<WorkResult> EvaluateAsync(WorkItem item, Attempt attempt, CancellationToken cancellationToken)
        {
            // Latencies are made up here, without the node.
            bool isMadeUp = item is LatencyItem or FinalTimingItem or ProfileItem or PublishItem;
            if (!isMadeUp && attempt.Number == 1 && ++_items > 1 && _damages.TryDequeue(out var damage))
            {
                await _child.DisposeAsync();
                _child = new ChildProcessWorker(children);
                damage.Do(children.Folders);
                TestContext.Current.SendDiagnosticMessage($"{damage.Name}, before {item.Title}");
            }

            return await new OnWorker(_child, job, journal).EvaluateAsync(item, attempt, cancellationToken);
        }

        public ValueTask DisposeAsync() => _child.DisposeAsync();
    }
}
