using System.Collections.Concurrent;

namespace Orleans.Runtime;

/// <summary>The silos of this process, which is as far as a client of the stand-in reaches.</summary>
internal static class RunningSilos
{
    private static readonly ConcurrentDictionary<LocalSilo, byte> All = new();

    public static void Add(LocalSilo silo) => All[silo] = 0;

    public static void Remove(LocalSilo silo) => All.TryRemove(silo, out _);

    public static LocalSilo? Find(int gatewayPort, string serviceId, string clusterId) => All.Keys.FirstOrDefault(silo =>
        silo.GatewayPort == gatewayPort && string.Equals(silo.Cluster.ServiceId, serviceId, StringComparison.Ordinal)
        && string.Equals(silo.Cluster.ClusterId, clusterId, StringComparison.Ordinal));
}
