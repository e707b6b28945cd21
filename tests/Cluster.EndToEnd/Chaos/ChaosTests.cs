namespace Cluster.EndToEnd.Chaos;

/// <summary>The short form of `bench chaos`: the silos are processes, and one schedule kills them while a job runs.</summary>
[Long]
public sealed class ChaosTests
{
    private const string Job = "synthetic:groups=24,sensitive=12,seed=3,ms=5..40";

    private const string Slow = "synthetic:groups=24,sensitive=12,seed=3,ms=100..200";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    public async Task Job_SilosAreKilledBySchedule_EndsAsTheUndisturbedOne(int seed)
    {
        Assert.SkipWhen(PostgresServer.Programs is null, PostgresServer.NotInstalled);
        await using var postgres = await PostgresServer.StartAsync(Token);
        await using var cluster = await ChaosCluster.StartAsync(
            new ChaosSetup(SiloProgram.Find(), await postgres.CreateDatabaseAsync(Token)) { InProcess = true }, Token);
        var (usual, length) = await ChaosRun.UndisturbedAsync(cluster, Job, Token);
        usual.Winner.ShouldNotBeNull();

        var kills = ChaosFault.Schedule(seed, cluster.Silos.Count, FaultKind.Kill);
        var run = await ChaosRun.RunAsync(cluster, Job, kills, length, client: null, Token);

        run.Recoveries.ShouldNotBeEmpty();
        run.Recoveries.ShouldContain(kill => kill.Coordinator);
        run.Findings.Lost.ShouldBe(0);
        run.Findings.Twice.ShouldBe(0);
        run.Again.Measured.ShouldBeGreaterThan(0);
        run.Again.Kept.ShouldBe(0);
        run.Findings.Proposed.ShouldBe(usual.Proposed);
        run.Findings.Winner.ShouldBe(usual.Winner);
        run.Findings.Decisions.ShouldBe(usual.Decisions);
        await LosingASiloTouchesNoJobOfOthersAsync(cluster);
    }

    // Of jobs on several silos, those of the silo that is lost get another coordinator, and no others, though the entries of some in
    // Orleans' directory are lost with it.
    private static async Task LosingASiloTouchesNoJobOfOthersAsync(ChaosCluster cluster)
    {
        string[] jobs = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => cluster.SubmitAsync(Slow, Token)));
        foreach (string job in jobs)
        {
            await ChaosCluster.UntilCoordinatedAsync(job, cluster.Silos, Token);
            await cluster.UntilLengthAsync(job, 1, Token);
        }

        var lost = cluster.CoordinatorOf(jobs[0])!;
        string[] others = [.. jobs.Where(job => cluster.CoordinatorOf(job) != lost)];
        await lost.KillAsync();
        await ChaosCluster.UntilCoordinatedAsync(jobs[0], cluster.Silos.Where(silo => silo != lost), Token);

        foreach (string job in others)
        {
            await cluster.UntilLengthAsync(job, await cluster.LengthAsync(job, Token) + 5, Token);
            (await cluster.ReadAsync(job, Token)).Select(record => record.Owner).Distinct().ShouldHaveSingleItem(job);
        }
    }
}
