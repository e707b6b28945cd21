using Cluster.Coordinator.Ports;
using Cluster.Grains.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Cluster.Silo.Telemetry;

/// <summary>Wraps a host's job store and node in metering; they and the grains do not depend on it.</summary>
internal static class ClusterMetering
{
    /// <summary>Call it after the <see cref="IJobStore"/> was added.</summary>
    public static IServiceCollection AddStoreMetering(this IServiceCollection services) =>
        services.Around<IJobStore, MeteredJobStore>();

    /// <summary>Call it after the <see cref="INodeHost"/> was added.</summary>
    public static IServiceCollection AddNodeMetering(this IServiceCollection services) => services.Around<INodeHost, MeteredNodeHost>();

    private static IServiceCollection Around<T, TMetered>(this IServiceCollection services)
        where T : class
        where TMetered : class, T
    {
        services.TryAddSingleton<SiloMetrics>();
        var present = services.Last(service => service.ServiceType == typeof(T));
        return services.Replace(ServiceDescriptor.Singleton<T>(
            provider => ActivatorUtilities.CreateInstance<TMetered>(provider, Make(provider, present))));
    }

    private static object Make(IServiceProvider provider, ServiceDescriptor present) => present switch
    {
        { ImplementationInstance: { } instance } => instance,
        { ImplementationFactory: { } factory } => factory(provider),
        _ => ActivatorUtilities.CreateInstance(provider, present.ImplementationType!),
    };
}
