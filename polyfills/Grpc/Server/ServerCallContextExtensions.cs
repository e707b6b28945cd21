using Grpc.Server;
using Microsoft.AspNetCore.Http;

namespace Grpc.Core;

/// <summary>The way from a call to the request that carries it.</summary>
public static class ServerCallContextExtensions
{
    /// <exception cref="InvalidOperationException">The call came by no HTTP request.</exception>
    public static HttpContext GetHttpContext(this ServerCallContext serverCallContext) =>
        (serverCallContext as HttpServerCallContext)?.HttpContext ?? throw new InvalidOperationException(
            "Could not get HttpContext from ServerCallContext. "
            + "HttpContext can only be accessed when gRPC services are hosted by ASP.NET Core.");
}
