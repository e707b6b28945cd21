namespace Cluster.EndToEnd.Chaos;

/// <summary>The short form of `bench chaos --outage`: the database is away until every silo has noticed.</summary>
[Long]
public sealed class DatabaseOutageTests
{
    private const string Job = "synthetic:groups=24,sensitive=12,seed=3,ms=5..40";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Job_DatabaseIsAway_NothingAcknowledgedIsLostAndItGoesOnByItself()
    {
        Assert.SkipWhen(PostgresServer.Programs is null, PostgresServer.NotInstalled);
        await using var postgres = await PostgresServer.StartAsync(Token);
        await using var cluster = await ChaosCluster.StartAsync(
            new ChaosSetup(SiloProgram.Find(), await postgres.CreateDatabaseAsync(Token)) { InProcess = true }, Token);
        var (usual, length) = await ChaosRun.UndisturbedAsync(cluster, Job, Token);

        var outage = await DatabaseOutage.RunAsync(cluster, postgres, Job, length, TimeSpan.Zero, Token);

        outage.AreKept.ShouldBeTrue();
        outage.Refused.ShouldBe(StatusCode.Unavailable);
        outage.Findings.Lost.ShouldBe(0);
        outage.Findings.Twice.ShouldBe(0);
        outage.Findings.Winner.ShouldBe(usual.Winner.ShouldNotBeNull());
        outage.Findings.Decisions.ShouldBe(usual.Decisions);
    }
}
