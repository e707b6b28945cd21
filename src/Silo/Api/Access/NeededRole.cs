using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Cluster.Silo.Api.Access;

/// <summary>The role that a call needs, by the attributes of its service and, which win, of its method.</summary>
internal static class NeededRole
{
    /// <summary>Null where everyone may call.</summary>
    public static Role? Of(HttpContext call) =>
        (call.GetEndpoint()?.Metadata.GetOrderedMetadata<IAuthorizeData>() ?? [])
            .Select(data => data.Roles).OfType<string>().LastOrDefault() is { } role
            ? Enum.Parse<Role>(role)
            : null;
}
