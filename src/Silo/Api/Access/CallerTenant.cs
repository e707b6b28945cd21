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
}
