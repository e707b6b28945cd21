using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server;

/// <summary>Configures a server further.</summary>
public interface IGrpcServerBuilder
{
    IServiceCollection Services { get; }
}
