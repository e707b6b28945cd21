namespace Cluster.EndToEnd.Chaos;

/// <summary>The short form of `bench chaos`: the silos are processes, and one schedule kills them while a job runs.</summary>
public sealed class ChaosTests
{
    private const string Job = "synthetic:groups=24,sensitive=12,seed=3,ms=5..40";

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
    }
}
