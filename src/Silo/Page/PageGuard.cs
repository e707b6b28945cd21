namespace Cluster.Silo.Page;

/// <summary>
/// Refuses requests that other sites make a browser send. A call needs no cookie, so it carries only what the caller put there; this also
/// keeps other sites from reading a page without tokens.
/// </summary>
internal static class PageGuard
{
    /// <summary>The problem with a request's origin, in a sentence, or null.</summary>
    public static string? Problem(HttpRequest request, PageOptions options)
    {
        // The owner of a name can point it here (DNS rebinding) and would share our origin; that is impossible for an address.
        if (!options.HasTokens && !IsAddress(request.Host.Host))
        {
            return $"The page was asked for as \"{request.Host.Host}\" where an address or localhost is expected, as this server has no "
                + "tokens: start it with --token-file or --tokens, or use its address.";
        }

        if (request.Headers.Origin is [{ } origin] && !IsOurs(origin, request.Host))
        {
            return $"The request comes from {origin}, where the page of {request.Host} is expected: open the page itself.";
        }

        bool isCall = PageServer.IsCall(request);
        bool changes = !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method);
        string site = request.Headers["Sec-Fetch-Site"].ToString();
        return (changes || isCall) && site is not ("" or "same-origin" or "none")
            ? "The request comes from another site, where the page itself is expected: open the page."
            : changes && isCall && !options.HasTokens
            ? "This page only shows, as its server has no tokens: start it with --token-file or --tokens, or use ./cluster."
            : null;
    }

    private static bool IsAddress(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host.Trim('[', ']'), out _);

    // Behind a TLS proxy the scheme here differs from the browser's.
    private static bool IsOurs(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        && string.Equals(uri.IdnHost, host.Host.Trim('[', ']'), StringComparison.OrdinalIgnoreCase)
        && uri.Port == (host.Port ?? (uri.Scheme == Uri.UriSchemeHttps ? 443 : 80));
}
