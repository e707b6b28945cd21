namespace Cluster.EndToEnd.Chaos;

/// <summary>Silos as processes that speak TLS with each other and with clients.</summary>
[Long]
public sealed class MutualTlsTests : IDisposable
{
    private const string Job = "synthetic:groups=24,sensitive=12,seed=3,ms=20..80";

    private readonly WorkFolder _folder = new();
    private readonly TestAuthority _ours = new("ours");
    private readonly TestAuthority _others = new("others");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _folder.Dispose();
        _ours.Dispose();
        _others.Dispose();
    }

    [Fact]
    public async Task Job_OnThreeSilosWithCertificates_EndsAsOneWithoutThemAndAStrangerIsKeptOut()
    {
        Assert.SkipWhen(PostgresServer.Programs is null, PostgresServer.NotInstalled);
        await using var postgres = await PostgresServer.StartAsync(Token);
        string winner;
        await using (var open = await ChaosCluster.StartAsync(
            new ChaosSetup(SiloProgram.Find(), await postgres.CreateDatabaseAsync(Token)) { InProcess = true }, Token))
        {
            winner = (await ChaosRun.UndisturbedAsync(open, Job, Token)).Findings.Winner.ShouldNotBeNull();
        }

        await using var cluster = await ChaosCluster.StartAsync(
            new ChaosSetup(SiloProgram.Find(), await postgres.CreateDatabaseAsync(Token))
            {
                InProcess = true,
                Identity = number => Identity($"silo{number}", _ours),
            },
            Token);
        using var stranger = cluster.Begin(4, Identity("stranger", _others));

        await Task.WhenAny(cluster.Silos.Select(silo => silo.UntilSaysAsync("is of no authority of --silo-ca", Token)));

        var job = await cluster.SubmitAsync(Job, Token);
        var records = await ChaosRun.EndAsync(cluster, job, Token);

        JournalFindings.Of(records).Winner.ShouldBe(winner);
        stranger.IsReady.ShouldBeFalse();
        var nodes = records.Select(record => record.Event).OfType<AttemptStarted>().Select(attempt => attempt.Node).Distinct();
        nodes.Count().ShouldBeGreaterThan(1);
    }

    private SiloIdentity Identity(string name, TestAuthority issuer)
    {
        var (certificate, key) = issuer.Write(_folder, name);
        return new SiloIdentity(certificate, key, issuer.Write(_folder));
    }
}
