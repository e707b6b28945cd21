using Orleans.Hosting;

namespace Cluster.OrleansTests;

public sealed partial class HostingTests
{
    [Fact]
    public void Silo_AskedForKubernetes_NamesThePackageToRestore() =>
        Refused(silo => silo.UseKubernetesHosting(), "Microsoft.Orleans.Hosting.Kubernetes");
}
