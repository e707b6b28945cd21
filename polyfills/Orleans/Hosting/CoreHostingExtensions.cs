using System.Net;
using System.Net.Sockets;
using Orleans.Configuration;

namespace Orleans.Hosting;

/// <summary>Clustering of silos.</summary>
public static class CoreHostingExtensions
{
    internal const int DefaultSiloPort = 11_111;
    internal const int DefaultGatewayPort = 30_000;

    /// <summary>One silo on this machine. The stand-in opens no port.</summary>
    /// <exception cref="Runtime.OrleansConfigurationException">Another silo is named as the primary one.</exception>
    public static ISiloBuilder UseLocalhostClustering(
        this ISiloBuilder builder,
        int siloPort = DefaultSiloPort,
        int gatewayPort = DefaultGatewayPort,
        IPEndPoint? primarySiloEndpoint = null,
        string serviceId = ClusterOptions.DevelopmentId,
        string clusterId = ClusterOptions.DevelopmentId)
    {
        if (primarySiloEndpoint is not null && primarySiloEndpoint.Port != siloPort)
        {
            throw Missing.Package("UseLocalhostClustering with the primary silo of another process", "Microsoft.Orleans.Server");
        }

        var silo = SiloBuilder.Of(builder);
        (silo.IsClustered, silo.GatewayPort) = (true, gatewayPort);
        return builder.Configure<ClusterOptions>(options =>
        {
            options.ServiceId = serviceId;
            options.ClusterId = clusterId;
        });
    }

    /// <summary>Accepted: there is no port to listen on.</summary>
    public static ISiloBuilder ConfigureEndpoints(
        this ISiloBuilder builder,
        int siloPort,
        int gatewayPort,
        AddressFamily addressFamily = AddressFamily.InterNetwork,
        bool listenOnAnyHostAddress = false) => builder;

    /// <summary>Accepted: there is no port to listen on.</summary>
    public static ISiloBuilder ConfigureEndpoints(
        this ISiloBuilder builder,
        IPAddress advertisedIP,
        int siloPort,
        int gatewayPort,
        bool listenOnAnyHostAddress = false) =>
        builder.ConfigureEndpoints(siloPort, gatewayPort, advertisedIP.AddressFamily, listenOnAnyHostAddress);
}
