using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Runtime.MembershipService;

namespace Cluster.Silo.Tests.Hosting;

/// <summary>The statements that Orleans' providers for PostgreSQL take from our tables.</summary>
public sealed partial class OrleansTablesTests
{
    private static readonly DateTime Now = new(2026, 11, 24, 12, 0, 0, 123, DateTimeKind.Utc);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Statements_AreThoseThatThePackagesAskFor()
    {
        var asked = new[] { typeof(AdoNetClusteringTable), typeof(AdoNetReminderTableOptions) }
            .Select(type => type.Assembly.GetTypes().Single(other => other.Name == "DbStoredQueries"))
            .SelectMany(queries => queries.GetMembers(BindingFlags.Instance | BindingFlags.NonPublic))
            .Select(member => member is PropertyInfo ? member.Name : OptionalQuery().Replace(member.Name, "${name}Key"))
            .Where(name => name.EndsWith("Key", StringComparison.Ordinal) && !name.StartsWith("get_", StringComparison.Ordinal));

        var given = Statement().Matches(Checkout.Read("src", "Storage", "Postgres", "Migrations", "0002-orleans.sql"))
            .Select(match => match.Groups["key"].Value);

        given.Order(StringComparer.Ordinal).ShouldBe(asked.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Cleanup_DeadMembers_RemovesSilentOnes()
    {
        Assert.SkipWhen(PostgresServer.Programs is null, PostgresServer.NotInstalled);
        await using var postgres = await PostgresServer.StartAsync(Token);
        string database = await postgres.CreateDatabaseAsync(Token);
        await using var jobs = await PostgresJobStore.OpenAsync(database, TimeProvider.System, Token);
        var members = await OpenAsync(database);
        await AddAsync(members, 1, SiloStatus.Dead, Now.AddHours(-3), suspectedAt: null);
        await AddAsync(members, 2, SiloStatus.Dead, Now.AddHours(-3), suspectedAt: Now.AddHours(-2));
        await AddAsync(members, 3, SiloStatus.Dead, Now.AddHours(-3), suspectedAt: Now);
        await AddAsync(members, 4, SiloStatus.Dead, Now, suspectedAt: null);
        await AddAsync(members, 5, SiloStatus.Active, Now.AddHours(-3), suspectedAt: null);

        await members.CleanupDefunctSiloEntriesAsync(new DateTimeOffset(Now.AddHours(-1)), Token);

        (await members.ReadAllAsync(Token)).Members.Select(member => member.Item1.SiloAddress.Generation).Order().ShouldBe([3, 4, 5]);
    }

    private static async Task<IMembershipTable> OpenAsync(string database)
    {
        var members = new AdoNetClusteringTable(
            new ServiceCollection().BuildServiceProvider(),
            Options.Create(new ClusterOptions { ClusterId = "test", ServiceId = "test" }),
            Options.Create(new AdoNetClusteringSiloOptions { Invariant = "Npgsql", ConnectionString = database }),
            NullLogger<AdoNetClusteringTable>.Instance);
        await members.InitializeMembershipTableAsync(tryInitTableVersion: true, Token);
        return members;
    }

    private static async Task AddAsync(IMembershipTable members, int generation, SiloStatus status, DateTime aliveAt, DateTime? suspectedAt)
    {
        var member = new MembershipEntry
        {
            SiloAddress = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 5000), generation),
            SiloName = $"node-{generation}",
            HostName = "host",
            Status = status,
            StartTime = aliveAt,
            IAmAliveTime = aliveAt,
        };
        (await members.InsertRowAsync(member, (await members.ReadAllAsync(Token)).Version.Next(), Token)).ShouldBeTrue();
        if (suspectedAt is { } time)
        {
            member.SuspectTimes = [Tuple.Create(member.SiloAddress, time)];
            var read = await members.ReadRowAsync(member.SiloAddress, Token);
            (await members.UpdateRowAsync(member, read.Members.Single().Item2, read.Version.Next(), Token)).ShouldBeTrue();
        }
    }

    [GeneratedRegex("^Get(?<name>\\w+)Query$", RegexOptions.ExplicitCapture)]
    private static partial Regex OptionalQuery();

    [GeneratedRegex("^\\('(?<key>\\w+Key)', '$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Statement();
}
