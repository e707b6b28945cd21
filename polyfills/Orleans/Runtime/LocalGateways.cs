using System.Collections.Concurrent;
using System.Net;

namespace Orleans.Runtime;

/// <summary>The gateways of this process's silos, by port: no port is opened, clients of the process find the silo here.</summary>
internal static class LocalGateways
{
    private static readonly ConcurrentDictionary<int, LocalSilo> Silos = new();

    /// <param name="port">The gateway's port; 0: the silo has no gateway.</param>
    public static void Open(int port, LocalSilo silo)
    {
        if (port != 0)
        {
            Silos[port] = silo;
        }
    }

    public static void Close(int port, LocalSilo silo) => Silos.TryRemove(KeyValuePair.Create(port, silo));

    /// <summary>A silo behind one of the gateways that is of the cluster, or null.</summary>
    public static LocalSilo? Find(IEnumerable<IPEndPoint> gateways, string clusterId) => gateways
        .Where(gateway => IPAddress.IsLoopback(gateway.Address))
        .Select(gateway => Silos.GetValueOrDefault(gateway.Port))
        .FirstOrDefault(silo => silo is not null && string.Equals(silo.Cluster.ClusterId, clusterId, StringComparison.Ordinal));
}
