using System.Net;
using System.Net.Sockets;
using Cluster.Coordinator;
using Cluster.Silo.Hosting.Tls;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Cluster.Silo.Hosting;

/// <summary>How a silo finds the others, and how long it waits for them.</summary>
internal static class OrleansClustering
{
    // The provider's fixed name of Npgsql; it loads the assembly from beside the program.
    private const string Invariant = "Npgsql";
    private const string PoolSize = "Maximum Pool Size";
    private const int MostConnections = 5;

    // Attempts are grains, asked for a few times each: the usual million of places would be of those that are over.
    private const int MostPlaces = 4096;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    // Ends calls to a silo that was killed, which would never be answered.
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Configures membership, reminders, endpoints and timeouts. A database must have the tables already: they are
    /// created with those of the jobs.
    /// </summary>
    /// <param name="silo">The silo.</param>
    /// <param name="options">How it is started.</param>
    /// <param name="identity">What it shows to the others, and whom it believes; null without encryption.</param>
    /// <exception cref="JobException">A database is named and the packages that connect silos are not built
    /// in.</exception>
    public static void Configure(ISiloBuilder silo, SiloOptions options, ServerIdentity? identity = null)
    {
        if (identity is not null)
        {
            silo.UseTls(tls => SiloTls.Configure(tls, identity));
        }

        silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = ResponseTimeout)
            .Configure<GrainDirectoryOptions>(directory => directory.CacheSize = MostPlaces);
        var siloPort = PortOr(options.SiloPort);
        if (options.Database is not { } connection)
        {
            silo.UseLocalhostClustering(siloPort, options.GatewayPort)
                .Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (options.ClusterId, options.ClusterId))
                .UseInMemoryReminderService();
            return;
        }

        try
        {
            Connect(silo, options, connection, siloPort);
        }
        catch (OrleansConfigurationException missing)
        {
            throw NotBuiltIn(missing, "use --clustering localhost");
        }
    }

    /// <summary>Configures how a gateway finds silos, waits for them and is believed by them.</summary>
    /// <exception cref="JobException">The packages that connect programs are not built in.</exception>
    public static void Configure(IClientBuilder client, GatewayOptions options, ServerIdentity? identity)
    {
        if (identity is not null)
        {
            client.UseTls(tls => SiloTls.Configure(tls, identity));
        }

        client.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = ResponseTimeout)
            .Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (options.ClusterId, options.ClusterId))
            .UseConnectionRetryFilter(WaitForSilosAsync);
        if (options.Gateways is { Count: > 0 } gateways)
        {
            client.UseStaticClustering([.. gateways]);
            return;
        }

        try
        {
            var connection = Bounded(options.Database);
            client.UseAdoNetClustering(database => (database.Invariant, database.ConnectionString) = (Invariant, connection));
        }
        catch (OrleansConfigurationException missing)
        {
            throw NotBuiltIn(missing, "have clients call a silo");
        }
    }

    // Silos may be started after their gateways; whoever stops the gateway ends this wait.
    private static async Task<bool> WaitForSilosAsync(Exception failure, CancellationToken stopping)
    {
        await Task.Delay(Soon, stopping);
        return true;
    }

    private static JobException NotBuiltIn(OrleansConfigurationException missing, string otherwise) => new(
        "Several programs that are one cluster need the Microsoft.Orleans packages, and this one was built with the stand-in that "
        + $"is one silo: {otherwise}, or build with a feed that has them (./cluster --feed DIR).",
        missing);

    // Orleans reads its reminders by ranges, all at once: without a bound a few silos take every connection of a server.
    private static string Bounded(string connection)
    {
        var settings = new System.Data.Common.DbConnectionStringBuilder { ConnectionString = connection };
        if (!settings.ContainsKey(PoolSize) && !settings.ContainsKey("MaxPoolSize"))
        {
            settings[PoolSize] = MostConnections;
        }

        return settings.ConnectionString;
    }

    private static void Connect(ISiloBuilder silo, SiloOptions options, string connection, int siloPort)
    {
        connection = Bounded(connection);
        silo.UseAdoNetClustering(database => (database.Invariant, database.ConnectionString) = (Invariant, connection))
            .UseAdoNetReminderService(database => (database.Invariant, database.ConnectionString) = (Invariant, connection))
            .Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (options.ClusterId, options.ClusterId))
            .ConfigureEndpoints(
                options.Advertised, siloPort, options.GatewayPort, listenOnAnyHostAddress: !IPAddress.IsLoopback(options.Advertised));

        // Of a silo that hangs, the answer "I had none either" of whoever is asked to probe it comes just after the asking silo's own
        // patience, as both wait equally long (Orleans 9.2.1): the third miss is never counted, and the silo is never declared lost.
        silo.Configure<ClusterMembershipOptions>(membership => membership.EnableIndirectProbes = false);
        if (options.NoticesLossesFast)
        {
            silo.Configure<ClusterMembershipOptions>(NoticeFast);
        }
    }

    // One vote is enough, so for tests only: on real networks a silo with a bad connection would declare healthy ones
    // dead.
    private static void NoticeFast(ClusterMembershipOptions membership)
    {
        membership.ProbeTimeout = TimeSpan.FromSeconds(1);
        membership.NumMissedProbesLimit = 2;
        membership.NumVotesForDeathDeclaration = 1;
        membership.TableRefreshTimeout = TimeSpan.FromSeconds(5);
        membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
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
