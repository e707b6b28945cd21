using Cluster.Contract.V1;
using JobException = Cluster.Plans.JobException;

namespace Cluster.Silo.Tests.Hosting;

/// <summary>A copy of the database of a living cluster: its silos never join that cluster, its gateways never call it.</summary>
[Long]
public sealed class DatabaseCopyTests : IDisposable
{
    private const string Forget = "DELETE FROM cluster_members";

    private readonly WorkFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Silo_OnARestoredDumpWithMembers_StartsOnlyWithoutThem()
    {
        Assert.SkipWhen(PostgresServer.Programs is null, PostgresServer.NotInstalled);
        await using var postgres = await PostgresServer.StartAsync(Token);
        string original = await postgres.CreateDatabaseAsync(Token);
        await using var silo = await BuildAsync("original", original);
        await silo.StartAsync(Token);
        string copy = await postgres.RestoreAsync(original, [], Token);

        var refusal = await Should.ThrowAsync<JobException>(() => BuildAsync("copy", copy));

        refusal.Message.ShouldContain("is a copy of a cluster's database: it lists the silo 127.0.0.1:");
        refusal.Message.ShouldContain("which joined 'cluster' in another database");
        refusal.Message.ShouldEndWith("delete the copied rows (DELETE FROM cluster_members) and start again.");
        await ExecuteAsync(copy, Forget);
        await ShouldBeApartAsync(silo, original, copy);
    }

    [Fact]
    public async Task Servers_OnADumpWithTheOriginalsArtefacts_StartOnlyToTakeThemOver()
    {
        Assert.SkipWhen(PostgresServer.Programs is null, PostgresServer.NotInstalled);
        await using var postgres = await PostgresServer.StartAsync(Token);
        string original = await postgres.CreateDatabaseAsync(Token);
        await using var silo = await BuildAsync("original", original);
        string copy = await postgres.RestoreAsync(original, ["--exclude-table-data=cluster_member*"], Token);

        var refusal = await Should.ThrowAsync<JobException>(() => BuildAsync("copy", copy));
        var alike = await Should.ThrowAsync<JobException>(
            () => ClusteredSilo.BuildGatewayAsync(_folder, copy, artefacts: "artefacts"));

        string folder = _folder["artefacts"];
        string owner = (await File.ReadAllTextAsync(Path.Combine(folder, ".cluster"), Token)).Trim();
        refusal.Message.ShouldContain(
            $"The artefacts in {folder} are those of {owner}, says its .cluster, but the jobs here are those of cluster@");
        refusal.Message.ShouldEndWith($"start with --take-artefacts-of {owner}.");
        alike.Message.ShouldBe(refusal.Message);
        await using var taken = await ClusteredSilo.BuildAsync(_folder, "copy", copy, takenFrom: owner);
        await Should.ThrowAsync<JobException>(() => silo.Services.GetRequiredService<UnnamedFiles>()
            .RemoveAsync(new Dictionary<string, DateTimeOffset>(), Token));
    }

    [Fact]
    public async Task Silo_OnTheRunbooksDump_StartsApartFromTheOriginal()
    {
        Assert.SkipWhen(PostgresServer.Programs is null, PostgresServer.NotInstalled);
        await using var postgres = await PostgresServer.StartAsync(Token);
        string original = await postgres.CreateDatabaseAsync(Token);
        await using var silo = await BuildAsync("original", original);
        await silo.StartAsync(Token);
        string copy = await postgres.RestoreAsync(original, ["--exclude-table-data=cluster_member*"], Token);

        await ShouldBeApartAsync(silo, original, copy);
    }

    [Fact]
    public async Task Silo_OnAPhysicalCopy_StartsOnlyWithoutTheMembers()
    {
        Assert.SkipWhen(PostgresServer.Programs is null, PostgresServer.NotInstalled);
        await using var postgres = await PostgresServer.StartAsync(Token);
        string original = await postgres.CreateDatabaseAsync(Token);
        await using var silo = await BuildAsync("original", original);
        await silo.StartAsync(Token);
        await using var snapshot = await postgres.CopyAsync(Token);
        string copy = snapshot.ConnectionStringOf(new NpgsqlConnectionStringBuilder(original).Database!);

        var refusal = await Should.ThrowAsync<JobException>(() => BuildAsync("copy", copy));

        refusal.Message.ShouldContain("that it lists answers, but gave no sign of life here for 8 s");
        await ExecuteAsync(copy, Forget);
        await ShouldBeApartAsync(silo, original, copy);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Gateway_OnAPhysicalCopy_IsRefusedAndOnTheOriginalAnswers(bool namesPorts)
    {
        Assert.SkipWhen(PostgresServer.Programs is null, PostgresServer.NotInstalled);
        await using var postgres = await PostgresServer.StartAsync(Token);
        string original = await postgres.CreateDatabaseAsync(Token);
        IPEndPoint[] ports = [new(IPAddress.Loopback, FreePort.Next()), new(IPAddress.Loopback, FreePort.Next())];
        await using var first = await BuildAsync("first", original, ports[0].Port);
        await first.StartAsync(Token);
        await using var second = await BuildAsync("second", original, ports[1].Port);
        await second.StartAsync(Token);
        await using var snapshot = await postgres.CopyAsync(Token);
        string copy = snapshot.ConnectionStringOf(new NpgsqlConnectionStringBuilder(original).Database!);
        IPEndPoint[] named = namesPorts ? ports : [];

        var refusal = await Should.ThrowAsync<JobException>(() => ClusteredSilo.BuildGatewayAsync(_folder, copy, gateways: named));

        refusal.Message.ShouldContain("is a copy of a cluster's database: the silo 127.0.0.1:");
        refusal.Message.ShouldContain("that it lists answers, but gave no sign of life here for 8 s");
        refusal.Message.ShouldEndWith("delete the copied rows (DELETE FROM cluster_members) and start again.");
        await ExecuteAsync(copy, Forget);
        if (namesPorts)
        {
            var stranger = await Should.ThrowAsync<JobException>(() => ClusteredSilo.BuildGatewayAsync(_folder, copy, gateways: named));
            stranger.Message.ShouldContain($"--gateways names {ports[0]}, which answers, but no silo of ");
            stranger.Message.ShouldEndWith("or leave --gateways out.");
        }

        await ShouldAnswerAsync(original, named);
        (await ActiveAsync(original)).ShouldBe(2);
        await second.StopAsync(Token);
        await first.StopAsync(Token);
    }

    [Fact]
    public async Task Silo_BesideALivingOne_StartsOnceItSeesASignOfLife()
    {
        Assert.SkipWhen(PostgresServer.Programs is null, PostgresServer.NotInstalled);
        await using var postgres = await PostgresServer.StartAsync(Token);
        string database = await postgres.CreateDatabaseAsync(Token);
        await using var first = await BuildAsync("first", database);
        await first.StartAsync(Token);

        await using var second = await BuildAsync("second", database);
        await second.StartAsync(Token);

        (await ActiveAsync(database)).ShouldBe(2);
        await second.StopAsync(Token);
        await first.StopAsync(Token);
    }

    [Fact]
    public async Task Silo_AfterAllWereKilled_DoesNotWaitForThem()
    {
        Assert.SkipWhen(PostgresServer.Programs is null, PostgresServer.NotInstalled);
        await using var postgres = await PostgresServer.StartAsync(Token);
        string database = await postgres.CreateDatabaseAsync(Token);
        await using var first = await BuildAsync("first", database);
        await first.StartAsync(Token);
        await first.StopAsync(Token);

        // As a killed one leaves it.
        await ExecuteAsync(database, "UPDATE cluster_members SET status = 3");
        await using var next = await BuildAsync("next", database);
        await next.StartAsync(Token);

        (await ActiveAsync(database)).ShouldBeGreaterThanOrEqualTo(1);
        await next.StopAsync(Token);
    }

    private async Task ShouldBeApartAsync(WebApplication silo, string original, string copy)
    {
        await using var other = await ClusteredSilo.BuildAsync(_folder, "copy", copy, artefacts: "copied");
        await other.StartAsync(Token);
        (await ActiveAsync(original)).ShouldBe(1);
        (await ActiveAsync(copy)).ShouldBe(1);
        await other.StopAsync(Token);
        (await ActiveAsync(original)).ShouldBe(1);
        await silo.StopAsync(Token);
    }

    private async Task ShouldAnswerAsync(string database, IPEndPoint[] named)
    {
        await using var gateway = await ClusteredSilo.BuildGatewayAsync(_folder, database, gateways: named);
        await gateway.StartAsync(Token);
        using var channel = GrpcChannel.ForAddress(gateway.Urls.Single());
        var jobs = await new JobService.JobServiceClient(channel).ListJobsAsync(new ListJobsRequest(), cancellationToken: Token);
        jobs.Jobs.ShouldBeEmpty();
        await gateway.StopAsync(Token);
    }

    private static async Task<long> ActiveAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var count = source.CreateCommand("SELECT count(*) FROM cluster_members WHERE status = 3");
        return (long)(await count.ExecuteScalarAsync(Token))!;
    }

    private static async Task ExecuteAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database);
#pragma warning disable CA2100 // Constants of this class.
        await using var command = source.CreateCommand(sql);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(Token);
    }

    private Task<WebApplication> BuildAsync(string name, string database, int gatewayPort = 0) =>
        ClusteredSilo.BuildAsync(_folder, name, database, gatewayPort: gatewayPort);
}
