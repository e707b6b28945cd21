namespace Orleans.Hosting;

/// <summary>Clusters of pods: not without the package.</summary>
public static class KubernetesHostingExtensions
{
    /// <exception cref="Runtime.OrleansConfigurationException">Always: it names the package to restore.</exception>
    public static ISiloBuilder UseKubernetesHosting(this ISiloBuilder builder) =>
        throw Missing.Package(nameof(UseKubernetesHosting), "Microsoft.Orleans.Hosting.Kubernetes");
}
