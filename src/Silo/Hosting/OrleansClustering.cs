using Orleans.Configuration;
using Orleans.Runtime;

namespace Cluster.Silo.Hosting;

/// <summary>How a silo finds the others, and how long it waits for them.</summary>
internal static class OrleansClustering
{
    // The provider's fixed name for Npgsql; it loads the assembly from the program's folder.
    private const string Invariant = "Npgsql";
    private const string PoolSize = "Maximum Pool Size";
    private const int MostConnections = 5;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(5);

    // How often a silo gives a sign of life in the database: a silo that joins waits for one. Orleans' own 30 s would be long.
    private static readonly TimeSpan AlivePeriod = TimeSpan.FromSeconds(5);
    private const int MissedSigns = 18;

    // Ends calls to a killed silo, which would never be answered.
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The time without a sign of life in the database after which a silo counts as gone.</summary>
    public static TimeSpan Silence => AlivePeriod * MissedSigns;

    /// <summary>The time in which a living silo gives a sign of life in the database.</summary>
    public static TimeSpan Patience => AlivePeriod + TimeSpan.FromSeconds(3);

    /// <summary>
    /// Configures membership, reminders, endpoints, timeouts and traces. A database must have the tables already: they are
    /// created with those of the jobs.
    /// </summary>
    /// <param name="silo">The silo.</param>
    /// <param name="options">The silo's options.</param>
    /// <param name="cluster">The cluster to join.</param>
    /// <param name="identity">Its certificate for the other servers, and the authorities it trusts; null without encryption.</param>
    public static void Configure(ISiloBuilder silo, SiloOptions options, ClusterName cluster, ServerIdentity? identity = null)
    {
        if (identity is not null)
        {
            SiloTls.Use(silo, identity);
        }

        silo.AddActivityPropagation()
            .Configure<SiloMessagingOptions>(Answer);
        var siloPort = PortOr(options.SiloPort);
        if (options.Database is not { } connection)
        {
            silo.UseLocalhostClustering(siloPort, options.GatewayPort, serviceId: options.ClusterId, clusterId: cluster.Text)
                .UseInMemoryReminderService();
            return;
        }

        Connect(silo, options, cluster, connection, siloPort);
    }

    /// <summary>Configures how a gateway finds silos, waits for them and authenticates to them.</summary>
    public static void Configure(IClientBuilder client, GatewayOptions options, ClusterName cluster, ServerIdentity? identity)
    {
        if (identity is not null)
        {
            SiloTls.Use(client, identity);
        }

        client.AddActivityPropagation()
            .Configure<ClientMessagingOptions>(Answer)
            .Configure<ClusterOptions>(names => (names.ClusterId, names.ServiceId) = (cluster.Text, options.ClusterId))
            .Configure<Orleans.Configuration.GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = Often)
            .UseConnectionRetryFilter(WaitForSilosAsync);
        if (options.Gateways is { Count: > 0 } gateways)
        {
            client.UseStaticClustering([.. gateways]);
            return;
        }

        var connection = Bounded(options.Database);
        client.UseAdoNetClustering(database => (database.Invariant, database.ConnectionString) = (Invariant, connection));
    }

    private static void Answer(MessagingOptions messaging)
    {
        messaging.ResponseTimeout = ResponseTimeout;

        // A call whose caller has stopped waiting is cancelled, if its method takes a token.
        messaging.CancelRequestOnTimeout = true;
    }

    // Silos may be started after their gateways; stopping the gateway ends this wait.
    private static async Task<bool> WaitForSilosAsync(Exception failure, CancellationToken stopping)
    {
        await Task.Delay(Soon, stopping);
        return true;
    }

    // Orleans reads its reminders by ranges, all at once: without a limit a few silos take all connections of a database server.
    private static string Bounded(string connection)
    {
        var settings = new System.Data.Common.DbConnectionStringBuilder { ConnectionString = connection };
        if (!settings.ContainsKey(PoolSize) && !settings.ContainsKey("MaxPoolSize"))
        {
            settings[PoolSize] = MostConnections;
        }

        return settings.ConnectionString;
    }

    private static void Connect(ISiloBuilder silo, SiloOptions options, ClusterName cluster, string connection, int siloPort)
    {
        connection = Bounded(connection);
        silo.UseAdoNetClustering(database => (database.Invariant, database.ConnectionString) = (Invariant, connection))
            .UseAdoNetReminderService(database => (database.Invariant, database.ConnectionString) = (Invariant, connection))
            .Configure<ClusterOptions>(names => (names.ClusterId, names.ServiceId) = (cluster.Text, options.ClusterId))
            .ConfigureEndpoints(
                options.Advertised, siloPort, options.GatewayPort, listenOnAnyHostAddress: !IPAddress.IsLoopback(options.Advertised));
        if (options.Advertised.AddressFamily == AddressFamily.InterNetworkV6 && !IPAddress.IsLoopback(options.Advertised))
        {
            // Any address is one of IPv4 to Orleans.
            silo.Configure<EndpointOptions>(endpoints =>
                (endpoints.SiloListeningEndpoint, endpoints.GatewayListeningEndpoint) =
                    (new IPEndPoint(IPAddress.IPv6Any, siloPort), new IPEndPoint(IPAddress.IPv6Any, options.GatewayPort)));
        }

        // A hanging silo was heard a moment ago: with this on, its missed probes would not count for the first minute.
        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.EnableConnectionLivenessCheck = false;
            membership.IAmAliveTablePublishTimeout = AlivePeriod;
            membership.NumMissedTableIAmAliveLimit = MissedSigns;
        });
        if (options.NoticesLossesFast)
        {
            silo.Configure<ClusterMembershipOptions>(NoticeFast);
        }
    }

    // One vote is enough, so only for tests: on real networks a silo with a bad connection would declare healthy ones dead.
    private static void NoticeFast(ClusterMembershipOptions membership)
    {
        membership.ProbeTimeout = TimeSpan.FromSeconds(1);
        membership.NumMissedProbesLimit = 2;
        membership.NumVotesForDeathDeclaration = 1;
        membership.TableRefreshTimeout = TimeSpan.FromSeconds(5);
    }

    private static int PortOr(int port)
    {
        if (port != 0)
        {
            return port;
        }

        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
    }
}
