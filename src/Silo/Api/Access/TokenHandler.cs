using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.Extensions.Options;

namespace Cluster.Silo.Api.Access;

/// <summary>
/// Identifies the caller by the call's token, and answers callers without permission. On a server without tokens, everyone may do
/// everything.
/// </summary>
internal sealed class TokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    ApiOptions api) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    /// <summary>The scheme's name.</summary>
    public const string Name = "Bearer";

    /// <summary>The name of callers on a server without tokens.</summary>
    public const string Anyone = "anyone";

    private const string Prefix = Name + " ";

    /// <summary>The caller of a server without tokens.</summary>
    internal static AuthenticateResult WithoutTokens => Is(Anyone, Role.Admin, TenantName.Default);

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Recognize());

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties) =>
        await Refusal.CountAndSendAsync(Context, (await HandleAuthenticateOnceSafeAsync()).None
            ? ApiError.Of(
                StatusCode.Unauthenticated,
                Reason.TokenMissing,
                "The call has no token where \"authorization: Bearer TOKEN\" is expected: use the token file of this cluster.")
            : ApiError.Of(
                StatusCode.PermissionDenied,
                Reason.TokenWrong,
                "The call's token is not this cluster's: use the token file of this cluster."));

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        string needed = $"{NeededRole.Of(Context)}".ToLowerInvariant();
        return Refusal.CountAndSendAsync(Context, ApiError.Of(
            StatusCode.PermissionDenied,
            Reason.RoleMissing,
            $"The call's token does not have the role {needed} that this call needs: ask the operator of this cluster for one that has.",
            ("role", needed)));
    }

    private AuthenticateResult Recognize()
    {
        if (api.Tokens is not { } tokens)
        {
            return WithoutTokens;
        }

        return TokenOf(Request) is not { } token ? AuthenticateResult.NoResult()
            : tokens().Find(token) is { } owner ? Is(owner)
            : AuthenticateResult.Fail("The token is unknown.");
    }

    /// <summary>The token that a call shows, or null for none.</summary>
    internal static string? TokenOf(HttpRequest request) =>
        request.Headers.Authorization is [{ } header] && header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            ? header[Prefix.Length..].Trim()
            : null;

    /// <summary>The caller that a token names.</summary>
    internal static AuthenticateResult Is(TokenOwner owner) => Is(owner.Name, owner.Role, owner.Tenant);

    private static AuthenticateResult Is(string name, Role role, string tenant)
    {
        var roles = Enum.GetValues<Role>()
            .Where(included => included <= role)
            .Select(included => new Claim(ClaimTypes.Role, $"{included}"));
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, name), CallerTenant.Claim(tenant), .. roles], Name);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Name));
    }
}

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
