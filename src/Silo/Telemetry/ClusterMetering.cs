using Cluster.Coordinator.Ports;
using Cluster.Grains.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Cluster.Silo.Telemetry;

/// <summary>Wraps a host's job store and node in metering; they and the grains do not depend on it.</summary>
internal static class ClusterMetering
{
    /// <summary>Call it after the <see cref="IJobStore"/> and the <see cref="INodeHost"/> were added.</summary>
    public static IServiceCollection AddClusterMetering(this IServiceCollection services) => services.AddStoreMetering().AddNodeMetering();

    /// <summary>Call it after the <see cref="IJobStore"/> was added.</summary>
    public static IServiceCollection AddStoreMetering(this IServiceCollection services)
    {
        services.TryAddSingleton<SiloMetrics>();
        Around<IJobStore>(
            services,
            static (provider, store) => new MeteredJobStore(
                store, provider.GetRequiredService<SiloMetrics>(), provider.GetRequiredService<ILogger<MeteredJobStore>>()));
        return services;
    }

    /// <summary>Call it after the <see cref="INodeHost"/> was added.</summary>
    public static IServiceCollection AddNodeMetering(this IServiceCollection services)
    {
        services.TryAddSingleton<SiloMetrics>();
        Around<INodeHost>(
            services,
            static (provider, node) => new MeteredNodeHost(
                node, provider.GetRequiredService<SiloMetrics>(), provider.GetRequiredService<ILogger<MeteredNodeHost>>()));
        return services;
    }

    private static void Around<T>(IServiceCollection services, Func<IServiceProvider, T, T> wrap)
        where T : class
    {
        var present = services.Last(service => service.ServiceType == typeof(T));
        services.Replace(ServiceDescriptor.Singleton(provider => wrap(provider, (T)Make(provider, present))));
    }

    private static object Make(IServiceProvider provider, ServiceDescriptor present) => present switch
    {
        { ImplementationInstance: { } instance } => instance,
        { ImplementationFactory: { } factory } => factory(provider),
        _ => ActivatorUtilities.CreateInstance(provider, present.ImplementationType!),
    };
}
