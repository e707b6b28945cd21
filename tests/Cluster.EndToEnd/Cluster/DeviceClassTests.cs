using Cluster.Contract.V1;
using Cluster.Coordinator.Model;
using Cluster.Storage.Postgres;
using RoundProposed = Cluster.Coordinator.Journal.RoundProposed;

namespace Cluster.EndToEnd.Cluster;

/// <summary>Two silos that say they have GPUs and one that says it has none: whose work is done where, by their journals.</summary>
[Long]
public sealed class DeviceClassTests
{
    private const string Class = "Play 9";
    private const string OnGpus = $"synthetic:groups=16,seed=3,ms=20..60,device={Class}";
    private const string OnProcessors = "synthetic:groups=16,seed=4,ms=20..60,device=cpu";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Jobs_ForAGpuAndForProcessors_AreDoneOnSilosOfTheirClass()
    {
        Assert.SkipWhen(PostgresServer.Programs is null, PostgresServer.NotInstalled);
        using var folder = new WorkFolder();
        await using var postgres = await PostgresServer.StartAsync(Token);
        string database = await postgres.CreateDatabaseAsync(Token);
        await using var first = await StartAsync(folder, "first", OnGpus, database);
        await using var second = await StartAsync(folder, "second", OnGpus, database);
        await using var processors = await StartAsync(folder, "processors", OnProcessors, database);
        var classes = await ClassesAsync(first, count: 3);
        classes.Values.Count(name => name == Class).ShouldBe(2);

        string onGpus = await SyntheticJob.CreateAsync(first, OnGpus);
        string onProcessors = await SyntheticJob.CreateAsync(second, OnProcessors);
        await Task.WhenAll(SyntheticJob.WatchAsync(processors, onGpus), SyntheticJob.WatchAsync(processors, onProcessors));

        await using var store = await PostgresJobStore.OpenAsync(database, TimeProvider.System, Token);
        var ofGpus = await PlacedAsync(store, onGpus);
        var ofProcessors = await PlacedAsync(store, onProcessors);
        var gpuNodes = classes.Where(node => node.Value == Class).Select(node => node.Key);
        NodesOf(ofGpus, usesTarget: true).ShouldBe(gpuNodes, ignoreOrder: true, "both, and no other");
        NodesOf(ofProcessors, usesTarget: true).ShouldBe(classes.Keys.Except(gpuNodes), "what is counted or timed on processors");
        NodesOf(ofGpus, usesTarget: false).ShouldBeSubsetOf(classes.Keys, "simulations compute the same next to any device");
    }

    private static IEnumerable<string> NodesOf(IEnumerable<(string Node, bool UsesTarget)> placed, bool usesTarget) =>
        placed.Where(attempt => attempt.UsesTarget == usesTarget).Select(attempt => attempt.Node).Distinct(StringComparer.Ordinal);

    /// <summary>The nodes with the class of their slots, once so many are there.</summary>
    private static async Task<Dictionary<string, string>> ClassesAsync(SiloProcess silo, int count)
    {
        using var channel = GrpcChannel.ForAddress(silo.Address);
        var client = new NodeService.NodeServiceClient(channel);
        while (true)
        {
            var listed = (await client.ListNodesAsync(new ListNodesRequest(), cancellationToken: Token)).Nodes;
            if (listed.Count == count)
            {
                return listed.ToDictionary(
                    node => node.Name["nodes/".Length..], node => node.Slots.Single().DeviceClass, StringComparer.Ordinal);
            }
        }
    }

    /// <summary>Each attempt of a job that ended well: where, and whether the work needs the target's device.</summary>
    private static async Task<List<(string Node, bool UsesTarget)>> PlacedAsync(PostgresJobStore store, string job)
    {
        JournalEvent[] events = [.. (await store.ReadJournalAsync(job["jobs/".Length..], Token)).Select(record => record.Event)];
        events[^1].ShouldBeOfType<JobCompleted>();
        var versions = events.OfType<JobSubmitted>().Single().Spec.Versions;
        var asked = events.OfType<RoundProposed>().SelectMany(round => round.Items)
            .ToDictionary(item => item.Sequence, item => item.Item.Place);
        asked.Add(PublishItem.Sequence, WorkPlace.Target);
        return
        [
            .. events.OfType<AttemptStarted>().Select(attempt => (attempt.Node, asked[attempt.Sequence].UsesTarget(versions))),
        ];
    }

    private static async Task<SiloProcess> StartAsync(WorkFolder folder, string name, string target, string database)
    {
        Directory.CreateDirectory(folder[name]);
        var silo = new SiloProcess(
            folder[name], $"--plays={target}", "--clustering", "postgres:-", "--artefacts", folder["artefacts"])
        {
            Devices = "cpu:1",
            Variables = [$"CLUSTER_DATABASE={database}"],
        };
        return await silo.StartedAsync();
    }
}
