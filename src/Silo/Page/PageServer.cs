using Cluster.Silo.Page.Connect;

namespace Cluster.Silo.Page;

/// <summary>
/// The live page on its own port: a port without TLS speaks either HTTP/1.1, which browsers need, or HTTP/2, which gRPC needs. Calls go
/// through the gRPC services with all their checks.
/// </summary>
internal static class PageServer
{
    /// <summary>Lets the host listen for browsers.</summary>
    /// <param name="kestrel">The host's server.</param>
    /// <param name="place">The address.</param>
    /// <param name="guard">Limits a port's connections, and enables TLS if the server has a certificate.</param>
    public static void ListenForPage(
        this KestrelServerOptions kestrel, IPEndPoint place, Action<ListenOptions> guard) => kestrel.Listen(place, endpoint =>
    {
        endpoint.Protocols = HttpProtocols.Http1;
        guard(endpoint);
        endpoint.MarkAs(Door.Page);
    });

    /// <summary>Answers browsers; must come before the handlers of other callers.</summary>
    public static void UsePage(this WebApplication server)
    {
        if (server.Services.GetService<PageOptions>() is not { } options)
        {
            return;
        }

        var calls = new ConnectCalls(options);
        bool hasOrleans = OrleansPage.Map(server);
        server.Use(next => http => http.CameBy(Door.Page) ? ServeAsync(http, options, hasOrleans, calls, next) : next(http));
    }

    /// <summary>The page's address once the server listens, or null if there is no page.</summary>
    public static string? Address(WebApplication server) =>
        server.Services.GetService<PageOptions>() is null ? null : server.Urls.Last();

    private static Task ServeAsync(HttpContext http, PageOptions options, bool hasOrleans, ConnectCalls calls, RequestDelegate next)
    {
        PageHeaders.Write(http.Response.Headers);
        if (PageGuard.Problem(http.Request, options) is { } problem)
        {
            return ConnectError.PermissionDenied(problem).WriteAsync(http);
        }

        if (hasOrleans && OrleansPage.Takes(http))
        {
            return next(http);
        }

        return ConnectMethod.Find(http.Request.Path) is { } method ? calls.ServeAsync(http, method, next) : PageFiles.ServeAsync(http);
    }
}
