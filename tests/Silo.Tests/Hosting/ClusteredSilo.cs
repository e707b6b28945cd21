namespace Cluster.Silo.Tests.Hosting;

/// <summary>A silo without slots, or a gateway, over a database.</summary>
internal static class ClusteredSilo
{
    /// <param name="folder">Where its folders are.</param>
    /// <param name="name">Its folder's name.</param>
    /// <param name="database">Its database.</param>
    /// <param name="cluster">Its cluster.</param>
    /// <param name="gatewayPort">The port for gateways; 0: none.</param>
    /// <param name="artefacts">The name of its folder of artefacts.</param>
    /// <param name="takenFrom">Whose artefacts it takes over.</param>
    public static Task<WebApplication> BuildAsync(
        WorkFolder folder,
        string name,
        string database,
        string cluster = "cluster",
        int gatewayPort = 0,
        string artefacts = "artefacts",
        string? takenFrom = null) =>
        SiloHost.BuildAsync(
            new SiloOptions
            {
                Listen = new IPEndPoint(IPAddress.Loopback, 0),
                DataFolder = folder[name],
                Artefacts = folder[artefacts],
                TakenFrom = takenFrom,
                Clustering = $"postgres:{database}",
                ClusterId = cluster,
                Roles = SiloRoles.Coordinator,
                Devices = [],
                GatewayPort = gatewayPort,
            },
            TestContext.Current.CancellationToken);

    /// <param name="folder">Where its folder is.</param>
    /// <param name="database">Its database.</param>
    /// <param name="artefacts">The name of its folder of artefacts.</param>
    /// <param name="gateways">The gateway ports of <c>--gateways</c>.</param>
    public static Task<WebApplication> BuildGatewayAsync(
        WorkFolder folder, string database, string artefacts = "gateway", params IPEndPoint[] gateways) =>
        GatewayHost.BuildAsync(
            new GatewayOptions
            {
                Listen = new IPEndPoint(IPAddress.Loopback, 0),
                Artefacts = folder[artefacts],
                Clustering = $"postgres:{database}",
                Gateways = gateways,
            },
            TestContext.Current.CancellationToken);
}
