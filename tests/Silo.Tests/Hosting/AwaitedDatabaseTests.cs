using Cluster.Coordinator;
using Cluster.Plans;

namespace Cluster.Silo.Tests.Hosting;

/// <summary>Silos that are started before their database.</summary>
[Long]
public sealed class AwaitedDatabaseTests : IDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly List<string> _told = [];

    private static TimeSpan Usual => new SiloOptions().DatabaseLimit;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Silo_DatabaseStartsLater_SaysSoOnceAndStarts()
    {
        await using var postgres = await StartAsync();
        string database = await postgres.CreateDatabaseAsync(Token);
        await postgres.StopAsync();
        var restart = Task.CompletedTask;

        await using var silo = await BuildAsync(database, Usual, told => restart = postgres.StartAgainAsync(Token));
        await restart;
        await silo.StartAsync(Token);
        await silo.StopAsync(Token);

        string told = _told.ShouldHaveSingleItem();
        told.ShouldMatch(@"^waits for its database until \d\d:\d\d:\d\d UTC: PostgreSQL at 127\.0\.0\.1:");
        told.ShouldContain("Connection refused");
    }

    [Fact]
    public async Task Silo_DatabaseStaysAway_EndsWithItsName()
    {
        await using var postgres = await StartAsync();
        string database = await postgres.CreateDatabaseAsync(Token);
        await postgres.StopAsync();

        var refusal = await Should.ThrowAsync<JobStoreUnavailableException>(() => BuildAsync(database, TimeSpan.FromMilliseconds(1)));

        refusal.Message.ShouldStartWith($"After 0 s of waiting: PostgreSQL at 127.0.0.1:{postgres.Port}, database ");
    }

    [Theory]
    [InlineData("Database=missing", "create this database")]
    [InlineData("Username=nobody;Password=wrong", "check that it runs, is reachable and lets this user in")]
    public async Task Silo_DatabaseRefuses_EndsAtOnce(string change, string advice)
    {
        await using var postgres = await StartAsync();
        var settings = new NpgsqlConnectionStringBuilder(await postgres.CreateDatabaseAsync(Token));
        foreach (string[] pair in change.Split(';').Select(pair => pair.Split('=')))
        {
            settings[pair[0]] = pair[1];
        }

        var refusal = await Should.ThrowAsync<JobException>(() => BuildAsync(settings.ConnectionString, Usual));

        refusal.ShouldNotBeOfType<JobStoreUnavailableException>();
        refusal.Message.ShouldContain(advice);
        _told.ShouldBeEmpty();
    }

    private static async Task<PostgresServer> StartAsync()
    {
        Assert.SkipWhen(PostgresServer.Programs is null, PostgresServer.NotInstalled);
        return await PostgresServer.StartAsync(Token);
    }

    private Task<WebApplication> BuildAsync(string database, TimeSpan limit, Action<string>? tell = null) => SiloHost.BuildAsync(
        new SiloOptions
        {
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            DataFolder = _folder["silo"],
            Artefacts = _folder["artefacts"],
            Clustering = $"postgres:{database}",
            Roles = SiloRoles.Coordinator,
            Devices = [],
            DatabaseLimit = limit,
        },
        Token,
        told =>
        {
            _told.Add(told);
            tell?.Invoke(told);
        });
}
