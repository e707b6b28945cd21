using System.Net;
using System.Net.Sockets;
using Cluster.Coordinator;
using Orleans.Hosting;

namespace Cluster.Silo.Hosting;

/// <summary>How a silo finds the others.</summary>
internal static class OrleansClustering
{
    public static void Configure(ISiloBuilder silo, SiloOptions options)
    {
        if (options.Database is not null)
        {
            throw new JobException("Clustering on a database is not there yet: use --clustering localhost.");
        }

        silo.UseLocalhostClustering(PortOr(options.SiloPort), PortOr(options.GatewayPort), serviceId: options.ClusterId, clusterId: options.ClusterId).UseInMemoryReminderService();
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
