using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using Microsoft.Extensions.Options;

namespace Cluster.Silo.Page;

/// <summary>
/// Identifies the caller of a page whose scripts send no token: the browser asks for it, as any user's password. Only on this port.
/// </summary>
internal sealed class PasswordHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, ApiOptions api)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    /// <summary>The scheme's name.</summary>
    public const string Name = "Basic";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
        !Context.CameBy(ListenerRole.Page) ? AuthenticateResult.NoResult()
        : api.Tokens is not { } tokens ? TokenHandler.WithoutTokens
        : Token() is { } token && tokens().Find(token) is { Tenant: TenantName.Default } owner ? TokenHandler.Is(owner)
        : AuthenticateResult.NoResult());

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = $"{Name} realm=\"cluster: the token as password\"";
        return base.HandleChallengeAsync(properties);
    }

    private string? Token()
    {
        if (!AuthenticationHeaderValue.TryParse(Request.Headers.Authorization, out var sent) || sent.Parameter is not { } text)
        {
            return null;
        }

        if (string.Equals(sent.Scheme, TokenHandler.Name, StringComparison.OrdinalIgnoreCase))
        {
            return text;
        }

        // USER:TOKEN
        byte[] bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out int length)
            ? Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2)[^1]
            : null;
    }
}
