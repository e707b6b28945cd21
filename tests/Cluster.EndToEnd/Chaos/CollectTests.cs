using Cluster.Contract.V1;
using Google.Protobuf.WellKnownTypes;

namespace Cluster.EndToEnd.Chaos;

/// <summary>`collect` on every silo of a cluster at once, while a job runs.</summary>
[Long]
public sealed class CollectTests
{
    private const string Short = "synthetic:groups=8,sensitive=2,seed=3,ms=1..5";
    private const string Long = "synthetic:groups=24,sensitive=12,seed=4,ms=20..60";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Collect_DuringJob_RemovesEndedKeepsNamed()
    {
        Assert.SkipWhen(PostgresServer.Programs is null, PostgresServer.NotInstalled);
        await using var postgres = await PostgresServer.StartAsync(Token);
        await using var cluster = await ChaosCluster.StartAsync(
            new ChaosSetup(SiloProgram.Find(), await postgres.CreateDatabaseAsync(Token)) { InProcess = true }, Token);

        // Both have the same model.
        string ended = await cluster.SubmitAsync(Short, Token);
        await ChaosRun.EndAsync(cluster, ended, Token);
        string running = await cluster.SubmitAsync(Long, Token);

        // What one silo takes, another may have planned, too.
        var items = new List<string>();
        do
        {
            var answers = await Task.WhenAll(cluster.Silos.Select(CollectAsync));
            items.AddRange(answers.SelectMany(answer => answer.Items).Select(item => item.Name));
        }
        while (!items.Contains($"jobs/{ended}"));

        (await cluster.GetAsync(running, Token)).State.ShouldNotBe(JobState.Failed);
        await ChaosRun.EndAsync(cluster, running, Token);
        items.ShouldNotContain($"jobs/{running}");
        var job = await cluster.GetAsync(running, Token);
        job.State.ShouldBe(JobState.Succeeded, job.ToString());
        job.Artefacts.ShouldNotBeEmpty();
        foreach (string file in job.Artefacts.Select(artefact => artefact.Sha256).Append(job.Spec.Model["artefacts/".Length..]))
        {
            await ReadAsync(cluster.Silos[0], file);
        }

        (await Should.ThrowAsync<RpcException>(() => cluster.GetAsync(ended, Token))).StatusCode.ShouldBe(StatusCode.NotFound);
    }

    private static async Task<CollectArtefactsResponse> CollectAsync(SiloMember silo)
    {
        using var channel = silo.Connect();
        return await new ArtefactService.ArtefactServiceClient(channel).CollectArtefactsAsync(
            new CollectArtefactsRequest { KeepJobs = new Duration { Nanos = 100 } }, cancellationToken: Token);
    }

    private static async Task ReadAsync(SiloMember silo, string sha256)
    {
        using var channel = silo.Connect();
        using var download = new ArtefactService.ArtefactServiceClient(channel).DownloadArtefact(
            new DownloadArtefactRequest { Name = $"artefacts/{sha256}" }, cancellationToken: Token);
        (await download.ResponseStream.MoveNext(Token)).ShouldBeTrue();
    }
}
