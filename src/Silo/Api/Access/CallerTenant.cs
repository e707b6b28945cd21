using System.Security.Claims;
using Cluster.Coordinator.Model;
using Grpc.Core;

namespace Cluster.Silo.Api.Access;

/// <summary>The tenant of a call: its caller's, by the token.</summary>
internal static class CallerTenant
{
    private const string Type = "tenant";

    /// <summary>What a caller's identity carries.</summary>
    public static Claim Claim(string tenant) => new(Type, tenant);

    public static string Of(ServerCallContext call) => call.GetHttpContext().User.FindFirstValue(Type) ?? TenantName.Default;

    /// <summary>
    /// Who has one share of what a server takes at once: a tenant with all its tokens; of the default tenant each token by its name; where
    /// there are no tokens, each address.
    /// </summary>
    public static string ShareOf(ServerCallContext call)
    {
        string tenant = Of(call);
        var http = call.GetHttpContext();
        return tenant != TenantName.Default ? $"tenant {tenant}"
            : http.User.Identity?.Name is { } name and not TokenHandler.Anyone ? $"caller {name}"
            : $"{http.Connection.RemoteIpAddress}";
    }
}
