using System.Security.Claims;

namespace Cluster.Silo.Api.Access;

/// <summary>The tenant of a call, from its caller's token.</summary>
internal static class CallerTenant
{
    private const string Type = "tenant";

    /// <summary>The claim in a caller's identity.</summary>
    public static Claim Claim(string tenant) => new(Type, tenant);

    /// <summary>The tenant of a call.</summary>
    public static string Of(ServerCallContext call) => Of(call.GetHttpContext());

    /// <summary>
    /// The holder of one share of a server's concurrent work: a tenant with all its tokens; in the default tenant each token by its name;
    /// without tokens, each address.
    /// </summary>
    public static string ShareOf(ServerCallContext call) => ShareOf(call.GetHttpContext());

    /// <inheritdoc cref="ShareOf(ServerCallContext)"/>
    public static string ShareOf(HttpContext http)
    {
        string tenant = Of(http);
        return tenant != TenantName.Default ? $"tenant {tenant}"
            : http.User.Identity?.Name is { } name and not TokenHandler.Anyone ? $"caller {name}"
            : $"{http.Connection.RemoteIpAddress}";
    }

    /// <inheritdoc cref="Of(ServerCallContext)"/>
    public static string Of(HttpContext http) => http.User.FindFirstValue(Type) ?? TenantName.Default;
}
