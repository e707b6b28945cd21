using Grpc.AspNetCore.Server;
using Microsoft.Extensions.Options;

namespace Grpc.Server;

/// <summary>Says that AddGrpc was called.</summary>
internal sealed class ServerMarker
{
    // Several services may be mapped; the route for unknown ones is added once.
    public bool UnknownServiceIsMapped { get; set; }
}

/// <summary>What AddServiceOptions was given.</summary>
internal sealed record ServiceConfiguration<TService>(Action<GrpcServiceOptions<TService>> Configure)
    where TService : class;

/// <summary>A service's own options on top of those of all services.</summary>
internal sealed class ServiceSettings<TService>
    where TService : class
{
    public ServiceSettings(IOptions<GrpcServiceOptions> all, IEnumerable<ServiceConfiguration<TService>> own)
    {
        var common = all.Value;
        var options = new GrpcServiceOptions<TService>
        {
            MaxSendMessageSize = common.MaxSendMessageSize,
            MaxReceiveMessageSize = common.MaxReceiveMessageSize,
            EnableDetailedErrors = common.EnableDetailedErrors,
            IgnoreUnknownServices = common.IgnoreUnknownServices,
        };
        foreach (var interceptor in common.Interceptors)
        {
            options.Interceptors.Add(interceptor);
        }

        foreach (var configuration in own)
        {
            configuration.Configure(options);
        }

        Options = options;
    }

    public GrpcServiceOptions Options { get; }
}
