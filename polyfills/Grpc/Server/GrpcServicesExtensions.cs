using Grpc.AspNetCore.Server;
using Grpc.Server;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds gRPC to a server.</summary>
public static class GrpcServicesExtensions
{
    public static IGrpcServerBuilder AddGrpc(this IServiceCollection services)
    {
        services.AddRouting();
        services.AddOptions();
        services.TryAddSingleton<ServerMarker>();
        return new Builder(services);
    }

    public static IGrpcServerBuilder AddGrpc(this IServiceCollection services, Action<GrpcServiceOptions> configureOptions)
    {
        services.Configure(configureOptions);
        return services.AddGrpc();
    }

    private sealed record Builder(IServiceCollection Services) : IGrpcServerBuilder;
}

/// <summary>Says that AddGrpc was called.</summary>
internal sealed class ServerMarker
{
    // Several services may be mapped; the route for unknown ones is added once.
    public bool UnknownServiceIsMapped { get; set; }
}
