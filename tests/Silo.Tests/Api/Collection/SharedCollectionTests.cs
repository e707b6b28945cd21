using Cluster.Coordinator.Model;

namespace Cluster.Silo.Tests.Api.Collection;

/// <summary>
/// Servers of one cluster, each with a collector of its own, over one PostgreSQL and one folder: they collect over and over,
/// by strict rules, while clients submit jobs with files of long ago that nobody names, jobs publish, and jobs end.
/// </summary>
public sealed class SharedCollectionTests : IDisposable
{
    private const int Servers = 3;
    private const int Clients = 3;
    private const int JobsOfAClient = 8;

    private static readonly RetentionRules Strict = new() { KeepUploads = TimeSpan.FromDays(7), KeepJobs = TimeSpan.FromTicks(1) };

    private readonly WorkFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private FolderArtefactStore Artefacts => new(_folder["artefacts"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Collect_SeveralServers_KeepsFilesOfRunningJobs()
    {
        Assert.SkipWhen(PostgresServer.Programs is null, PostgresServer.NotInstalled);
        await using var postgres = await PostgresServer.StartAsync(Token);
        string database = await postgres.CreateDatabaseAsync(Token);
        var stores = new List<PostgresJobStore>();
        try
        {
            for (int server = 0; server < Servers; server++)
            {
                stores.Add(await PostgresJobStore.OpenAsync(database, time: null, Token));
            }

            // Both run with the same file; one of them ends at once.
            string shared = await OldAsync([0]);
            await AddAsync(stores[0], "shares-and-runs", shared);
            await AddAsync(stores[0], "shares-and-ends", shared);
            await stores[0].SetStatusAsync("shares-and-ends", JobStatus.Succeeded, Token);

            using var over = CancellationTokenSource.CreateLinkedTokenSource(Token);
            var collecting = stores.Select(store => Task.Run(() => CollectAsync(store, over.Token), Token)).ToArray();
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(
                async () =>
                {
                    for (int job = 0; job < JobsOfAClient; job++)
                    {
                        await LiveAsync(stores[(client + job) % Servers], $"j-{client}-{job}", [1, (byte)client, (byte)job]);
                    }
                },
                Token)));
            await over.CancelAsync();
            int[] planned = await Task.WhenAll(collecting);

            planned.Sum().ShouldBeGreaterThanOrEqualTo(JobsOfAClient, "servers did collect meanwhile");
            await CollectOnceAsync(Collector(stores[0]));
            (await stores[0].ListAsync(new JobQuery(1000, [], null, null), Token)).Select(job => job.Id).ShouldBe(["shares-and-runs"]);
            (await Artefacts.ListAsync(Token).ToArrayAsync(Token)).Select(file => file.Sha256).ShouldBe([shared]);
        }
        finally
        {
            foreach (var store in stores)
            {
                await store.DisposeAsync();
            }
        }
    }

    // A client's job with a file that servers are about to collect; its files are looked at for as long as it runs.
    private async Task LiveAsync(PostgresJobStore store, string id, byte[] content)
    {
        string model = await OldAsync(content);

        // As JobCreation does: the file counts as new, is there, and the job is stored; where it went before that, it is uploaded again.
        await Artefacts.TouchAsync(model, Token);
        if (await Artefacts.SizeAsync(model, Token) is null)
        {
            model = await Artefacts.PutAsync(new MemoryStream(content), Token);
        }

        await AddAsync(store, id, model);
        await RequireAllAsync(id, model);
        await using (var journal = await store.OpenJournalAsync(id, Token))
        {
            await journal.AppendAsync([Begun.Submitted], Token);
            string result = await Artefacts.PutAsync(new MemoryStream([2, .. content]), Token);
            await journal.AppendAsync([new ArtefactPublished("winner.qdq.onnx", result, content.Length + 1)], Token);
            Age(result);

            // Others collect meanwhile.
            for (int look = 0; look < 5; look++)
            {
                await store.ListAsync(new JobQuery(1000, [], null, null), Token);
                await RequireAllAsync(id, model, result);
            }
        }

        await store.SetStatusAsync(id, JobStatus.Succeeded, Token);
    }

    private async Task<string> OldAsync(byte[] content)
    {
        string sha256 = await Artefacts.PutAsync(new MemoryStream(content), Token);
        Age(sha256);
        return sha256;
    }

    private void Age(string sha256)
    {
        try
        {
            File.SetLastWriteTimeUtc(Artefacts.PathOf(sha256), DateTime.UtcNow.AddDays(-60));
        }
        catch (Exception set) when (set is FileNotFoundException or DirectoryNotFoundException)
        {
            // It is being collected.
        }
    }

    private static Task AddAsync(IJobStore store, string id, string model) =>
        store.AddAsync(Begun.Entry(id, model) with { CreatedAt = DateTimeOffset.UtcNow, Status = JobStatus.Running }, Token);

    private async Task RequireAllAsync(string id, params string[] files)
    {
        foreach (string sha256 in files)
        {
            (await Artefacts.SizeAsync(sha256, Token)).ShouldNotBeNull($"{id} runs and names {sha256}");
        }
    }

    private async Task<int> CollectAsync(IJobStore store, CancellationToken over)
    {
        var collector = Collector(store);
        int removed = 0;
        while (!over.IsCancellationRequested)
        {
            removed += await CollectOnceAsync(collector);
        }

        return removed;
    }

    private static async Task<int> CollectOnceAsync(Collector collector)
    {
        var plan = await collector.PlanAsync(Strict, Token);
        await collector.RemoveAsync(plan, Token);
        return plan.Items.Count;
    }

    private Collector Collector(IJobStore store)
    {
        var named = new NamedArtefacts(store);
        var unnamed = new UnnamedFiles(Artefacts, new FolderArtefactClaims(_folder["artefacts"]), Owners.Of(_folder["artefacts"]), named);
        return new Collector(Artefacts, named, unnamed, new StoredRemoval(store, named, unnamed), TimeProvider.System);
    }

    // JobRemoval without the grains of the job.
    private sealed class StoredRemoval(IJobStore store, NamedArtefacts named, UnnamedFiles unnamed) : IJobRemoval
    {
        public async Task RemoveAsync(string id, IReadOnlyCollection<string> files, CancellationToken cancellationToken)
        {
            await store.RemoveAsync(id, cancellationToken);
            named.Forget(id);
            await unnamed.RemoveAsync(await unnamed.SeeAsync(files, cancellationToken), cancellationToken);
        }
    }
}
