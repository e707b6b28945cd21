using Cluster.Contract.V1;
using Cluster.Storage.Postgres;
using RoundProposed = Cluster.Coordinator.Journal.RoundProposed;

namespace Cluster.EndToEnd.Cluster;

/// <summary>
/// A job for two kinds of machines, on three silos that say they are of these kinds; the last times by an agent, as on a board.
/// </summary>
[Long]
public sealed class KindsTests(GlyphJob job)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Job_ForTwoKinds_TimesEachPlanOnASiloOfEach()
    {
        Assert.SkipWhen(PostgresServer.Programs is null, PostgresServer.NotInstalled);
        using var folder = new WorkFolder();
        await using var postgres = await PostgresServer.StartAsync(Token);
        string database = await postgres.CreateDatabaseAsync(Token);
        await using var left = await StartAsync(folder, "left", "left", database);
        await using var other = await StartAsync(folder, "other", "left", database);
        await using var right = await StartAsync(
            folder, "right", "right", database, $"CLUSTER_TIMING_AGENT='{BuiltProgram.Require("Agent")}'");

        var submitted = await ClusterProcess.RunAsync(
            folder.Root,
            [
                "submit", "--server", left.Address, "--model", GlyphJob.Model, "--data", job.Calibration, "--eval", job.Evaluation,
                "--methods", "max", "--batch", "8", "--budget-evals", "6", .. GlyphJob.Budget, "--kinds", "left,right", "--watch",
            ]);

        submitted.ShouldBeDone();
        using var channel = GrpcChannel.ForAddress(left.Address);
        string name = (await new JobService.JobServiceClient(channel).ListJobsAsync(new ListJobsRequest(), cancellationToken: Token))
            .Jobs.Single().Name;
        var kinds = (await new NodeService.NodeServiceClient(channel).ListNodesAsync(new ListNodesRequest(), cancellationToken: Token))
            .Nodes.ToDictionary(node => node.Name["nodes/".Length..], node => node.Slots[0].DeviceClass, StringComparer.Ordinal);
        kinds.Values.Order(StringComparer.Ordinal).ShouldBe(["left", "left", "right"]);

        await using var store = await PostgresJobStore.OpenAsync(database, TimeProvider.System, Token);
        JournalEvent[] events = [.. (await store.ReadJournalAsync(name["jobs/".Length..], Token)).Select(record => record.Event)];
        var asked = events.OfType<RoundProposed>().SelectMany(round => round.Items).ToDictionary(item => item.Sequence, item => item.Item);
        var timed = events.OfType<AttemptStarted>()
            .Where(attempt => asked.TryGetValue(attempt.Sequence, out var item) && item.IsExclusive)
            .ToArray();
        timed.Select(attempt => asked[attempt.Sequence].Kind).Distinct().Order(StringComparer.Ordinal).ShouldBe(["left", "right"]);

        // A candidate grain is on the silo that its attempt names.
        timed.ShouldAllBe(attempt => kinds[attempt.Node] == asked[attempt.Sequence].Kind);
        foreach (var done in events.OfType<Coordinator.Journal.ItemCompleted>())
        {
            if (done.Result is Coordinator.Work.LatencyResult latency)
            {
                latency.Runtime.Contains(" on ", StringComparison.Ordinal).ShouldBe(asked[done.Sequence].Kind == "right", latency.Runtime);
            }
        }

        var fetched = await ClusterProcess.RunAsync(folder.Root, "fetch", name, "--server", left.Address, "-o", "out");
        fetched.Code.ShouldBe(0, fetched.Error);
        using var result = JsonDocument.Parse(await File.ReadAllTextAsync(folder["out/result.json"], Token));
        var fleet = result.RootElement.GetProperty("fleet");
        fleet.GetProperty("kinds").EnumerateArray().Select(kind => kind.GetProperty("name").GetString()).ShouldBe(["left", "right"]);
        foreach (var plan in fleet.GetProperty("plans").EnumerateArray())
        {
            plan.GetProperty("speeds").GetArrayLength().ShouldBe(2);
            plan.GetProperty("isMeasured").GetBoolean().ShouldBeTrue();
            plan.GetProperty("isSameEverywhere").GetBoolean().ShouldBeTrue();
        }
    }

    private static async Task<SiloProcess> StartAsync(
        WorkFolder folder, string name, string kind, string database, params string[] more)
    {
        Directory.CreateDirectory(folder[name]);
        var silo = new SiloProcess(
            folder[name], "--machine-kind", kind, "--clustering", "postgres:-", "--artefacts", folder["artefacts"])
        {
            Program = "Silo",
            Variables = [$"CLUSTER_DATABASE={database}", ClusterProcess.UsualTiming, .. more],
        };
        return await silo.StartedAsync();
    }
}
