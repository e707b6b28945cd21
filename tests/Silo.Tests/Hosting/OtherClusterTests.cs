using Cluster.Plans;

namespace Cluster.Silo.Tests.Hosting;

/// <summary>Two clusters that were given one database.</summary>
public sealed class OtherClusterTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Silo_OfAnotherCluster_StartsOnlyOnceTheFirstOnesAreStopped()
    {
        Assert.SkipWhen(PostgresServer.Programs is null, PostgresServer.NotInstalled);
        await using var postgres = await PostgresServer.StartAsync(Token);
        string database = await postgres.CreateDatabaseAsync(Token);
        await using var blue = await BuildAsync("blue", database);
        await blue.StartAsync(Token);
        await using var another = await BuildAsync("blue", database);

        var refusal = await Should.ThrowAsync<JobException>(() => BuildAsync("green", database));
        await blue.StopAsync(Token);
        await using var green = await BuildAsync("green", database);
        await green.StartAsync(Token);
        await green.StopAsync(Token);

        refusal.Message.ShouldContain("is that of the cluster 'blue', a silo of which gave a sign of life");
        refusal.Message.ShouldEndWith("stop its silos (one that was killed counts for 90 s), or give 'green' a database of its own.");
    }

    [Fact]
    public async Task RequireOnly_SilosThatWereKilled_CountForNinetySeconds()
    {
        Assert.SkipWhen(PostgresServer.Programs is null, PostgresServer.NotInstalled);
        await using var postgres = await PostgresServer.StartAsync(Token);
        string database = await postgres.CreateDatabaseAsync(Token);
        await using var store = await PostgresJobStore.OpenAsync(database, TimeProvider.System, Token);
        await using var source = NpgsqlDataSource.Create(database);
        await using var silo = source.CreateCommand(
            $"INSERT INTO cluster_memberships VALUES ('{await store.Membership.NameAsync("blue", Token)}', 1); "
            + "INSERT INTO cluster_members SELECT cluster_id, '::1', 1, 1, 's', 'h', 3, 0, NULL, now(), now() - interval '89 seconds' "
            + "FROM cluster_memberships");
        string green = await store.Membership.NameAsync("green", Token);
        await silo.ExecuteNonQueryAsync(Token);

        await Should.ThrowAsync<JobException>(() => store.Membership.RequireOnlyAsync(green, OrleansClustering.Silence, Token));
        await using var later = source.CreateCommand("UPDATE cluster_members SET alive_at = now() - interval '91 seconds'");
        await later.ExecuteNonQueryAsync(Token);
        await store.Membership.RequireOnlyAsync(green, OrleansClustering.Silence, Token);
    }

    private Task<WebApplication> BuildAsync(string cluster, string database) =>
        ClusteredSilo.BuildAsync(_folder, cluster, database, cluster);
}
