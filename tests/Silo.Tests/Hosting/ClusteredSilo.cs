namespace Cluster.Silo.Tests.Hosting;

/// <summary>A silo without slots over a database.</summary>
internal static class ClusteredSilo
{
    public static Task<WebApplication> BuildAsync(WorkFolder folder, string name, string database, string cluster = "cluster") =>
        SiloHost.BuildAsync(
            new SiloOptions
            {
                Listen = new IPEndPoint(IPAddress.Loopback, 0),
                DataFolder = folder[name],
                Artefacts = folder["artefacts"],
                Clustering = $"postgres:{database}",
                ClusterId = cluster,
                Roles = SiloRoles.Coordinator,
                Devices = [],
            },
            TestContext.Current.CancellationToken);
}
