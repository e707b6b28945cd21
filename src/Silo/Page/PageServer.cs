using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.AspNetCore.Http.Features;

namespace Cluster.Silo.Page;

/// <summary>
/// The live page on its own port: a port without TLS speaks either HTTP/1.1, which browsers need, or HTTP/2, which gRPC needs. Its calls
/// are those that have an HTTP rule in the contract, in JSON: the gRPC services answer them, with all their checks.
/// </summary>
internal static class PageServer
{
    private const string Calls = "/v1";

    // Whether this caller may change something: the page should offer nothing that would be refused.
    private const string MayChange = "Cluster-May-Change";

    private const string Grafana = "Cluster-Grafana";

    // Enough for a name, an etag and a reason.
    private const int LargestRequest = 1 << 16;

    /// <summary>Adds the page and its calls.</summary>
    public static void AddPage(this IServiceCollection services, PageOptions options) =>
        services.AddSingleton(options).AddGrpc().AddJsonTranscoding(json =>
        {
            json.JsonSettings = new GrpcJsonSettings { IgnoreDefaultValues = true, WriteInt64sAsStrings = true };
            json.TypeRegistry = Refusal.Details;
        });

    /// <summary>Lets the host listen for browsers.</summary>
    /// <param name="kestrel">The host's server.</param>
    /// <param name="place">The address.</param>
    /// <param name="guard">Limits a port's connections, and enables TLS if the server has a certificate.</param>
    public static void ListenForPage(
        this KestrelServerOptions kestrel, IPEndPoint place, Action<ListenOptions> guard) => kestrel.Listen(place, endpoint =>
    {
        endpoint.Protocols = HttpProtocols.Http1;
        guard(endpoint);
        endpoint.MarkAs(ListenerRole.Page);
    });

    /// <summary>Answers browsers; must come before the handlers of other callers.</summary>
    public static void UsePage(this WebApplication server)
    {
        if (server.Services.GetService<PageOptions>() is not { } options)
        {
            return;
        }

        bool hasOrleans = OrleansPage.Map(server);

        // The rules of calls in JSON are for browsers, whose requests the guard has seen.
        server.Use(next => http => http.CameBy(ListenerRole.Page) ? ServeAsync(http, options, hasOrleans, next)
            : IsCall(http.Request) ? Results.NotFound().ExecuteAsync(http)
            : next(http));
    }

    /// <summary>The page's address once the server listens, or null if there is no page.</summary>
    public static string? Address(WebApplication server) =>
        server.Services.GetService<PageOptions>() is null ? null : server.Urls.Last();

    /// <summary>Whether a request is a call in JSON.</summary>
    public static bool IsCall(HttpRequest request) => request.Path.StartsWithSegments(Calls, StringComparison.OrdinalIgnoreCase);

    private static Task ServeAsync(HttpContext http, PageOptions options, bool hasOrleans, RequestDelegate next)
    {
        PageHeaders.Write(http.Response.Headers);
        if (PageGuard.Problem(http.Request, options) is { } problem)
        {
            return Refusal.SendJsonAsync(http, new RpcException(new Status(StatusCode.PermissionDenied, problem)));
        }

        if (hasOrleans && OrleansPage.Takes(http))
        {
            return next(http);
        }

        if (!IsCall(http.Request))
        {
            return PageFiles.ServeAsync(http);
        }

        http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = LargestRequest;
        http.Response.OnStarting(() =>
        {
            // Its caller was authorized meanwhile.
            http.Response.Headers[MayChange] = http.User.IsInRole(nameof(Role.Submit)) ? "yes" : "no";
            if (options.Grafana is { } place)
            {
                http.Response.Headers[Grafana] = place;
            }

            return Task.CompletedTask;
        });
        return next(http);
    }
}

/// <summary>The options of the live page.</summary>
/// <param name="HasTokens">Whether callers have tokens. Without them the page is read-only, for browsers on this machine.</param>
/// <param name="Grafana">Where the dashboards are, or null.</param>
internal sealed record PageOptions(bool HasTokens, string? Grafana = null);

/// <summary>The headers of every answer on the page's port: the browser may only trust files from here.</summary>
internal static class PageHeaders
{
    /// <summary>Nothing inline, nothing from other sites, no framing; text never becomes markup.</summary>
    public const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

    public static void Write(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";

        // Files override this: they may be cached, with revalidation.
        headers.CacheControl = "no-store";
    }
}
