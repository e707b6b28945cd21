namespace Cluster.Silo.Api.Access;

/// <summary>The role that a call needs, from the attributes of its service and of its method, which take precedence.</summary>
internal static class NeededRole
{
    /// <summary>The role that a method of a service needs.</summary>
    /// <param name="service">The implementing class.</param>
    /// <param name="method">The method's name in the contract.</param>
    public static Role Of(Type service, string method) => Enum.Parse<Role>(
        (service.GetMethod(method)!.GetCustomAttribute<AuthorizeAttribute>() ?? service.GetCustomAttribute<AuthorizeAttribute>()!).Roles!);

    /// <summary>Null if everyone may call.</summary>
    public static Role? Of(HttpContext call) =>
        (call.GetEndpoint()?.Metadata.GetOrderedMetadata<IAuthorizeData>() ?? [])
            .Select(data => data.Roles).OfType<string>().LastOrDefault() is { } role
            ? Enum.Parse<Role>(role)
            : null;
}
