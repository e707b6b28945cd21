using Cluster.Harness;

namespace Cluster.Deploy.Tests.Telemetry;

/// <summary>What alerts need of a silo's first figures and of its last ones.</summary>
[Long]
public sealed class FirstAndLastTests
{
    private static readonly string[] Counters =
    [
        "cluster_artefact_io_bytes_total",
        "cluster_candidate_retries_total",
        "cluster_evaluation_count_total",
        "cluster_evaluator_restarts_total",
        "cluster_lease_expired_total",
        "cluster_silo_lost_total",
    ];

    [Fact]
    public async Task Silo_FromItsStartToItsEnd_CountsFromZeroAndEndsWithoutSlots()
    {
        await using var collector = await PlayedCollector.StartAsync();
        using var silo = await TelemetrySilo.StartAsync(collector.Address);

        await collector.UntilAsync(() => Counters.All(counter => collector.Of(counter).Count > 0));
        Counters.SelectMany(collector.Of).ShouldAllBe(value => value == 0);
        collector.Of("cluster_slot_limit").ShouldBe([2]);
        collector.Series.ShouldAllBe(
            series => series.Contains(",service_instance_id=\"") && series.Contains("k8s_node_name=\"this-node\""));

        await silo.StopAsync();
        collector.Of("cluster_slot_limit").ShouldBe([0]);
    }

    [Fact]
    public async Task Silos_OneLeavingAndOneKilled_AreToldApart()
    {
        Assert.SkipWhen(PostgresServer.Programs is null, PostgresServer.NotInstalled);
        await using var database = await PostgresServer.StartAsync(TestContext.Current.CancellationToken);
        await using var collector = await PlayedCollector.StartAsync();
        using var stays = await TelemetrySilo.StartAsync(collector.Address, database.ConnectionString);
        using var leaves = await TelemetrySilo.StartAsync(collector.Address, database.ConnectionString);
        using var dies = await TelemetrySilo.StartAsync(collector.Address, database.ConnectionString);
        await collector.UntilAsync(() => collector.Of("orleans_consistent_ring_size") is [3, 3, 3]);

        await leaves.StopAsync();
        dies.Kill();

        // The last that those that are gone knew of were three or two.
        await collector.UntilAsync(
            () => collector.Of("orleans_consistent_ring_size") is [1, ..] && collector.Of("cluster_silo_lost_total") is [.., > 0]);
        collector.Of("cluster_silo_lost_total").ShouldBe([0, 0, 1]);
        collector.Of("cluster_slot_limit").ShouldBe([0, 2, 2]);
    }

    [Fact]
    public async Task Connections_InUse_HavePoolLimit()
    {
        const string Used = ",db_client_connection_state=\"used\"";
        Assert.SkipWhen(PostgresServer.Programs is null, PostgresServer.NotInstalled);
        await using var database = await PostgresServer.StartAsync(TestContext.Current.CancellationToken);
        await using var collector = await PlayedCollector.StartAsync();
        using var silo = await TelemetrySilo.StartAsync(collector.Address, database.ConnectionString);
        await collector.UntilAsync(() => Of("db_client_connection_max").Any());

        // As ClusterDatabaseConnections divides them.
        Of("db_client_connection_count").Where(series => series.Contains(Used, StringComparison.Ordinal))
            .Select(series => series.Replace(Used, "", StringComparison.Ordinal).Replace("_count{", "_max{", StringComparison.Ordinal))
            .ShouldBe(Of("db_client_connection_max"), ignoreOrder: true);
        Of("db_client_connection_max").ShouldAllBe(series => !series.Contains("assword", StringComparison.Ordinal));

        IEnumerable<string> Of(string name) =>
            collector.Series.Where(series => series.StartsWith($"{name}{{", StringComparison.Ordinal));
    }
}
