using Microsoft.AspNetCore.Http;

namespace Cluster.Silo.Page;

/// <summary>What every answer of the page's port tells the browser: to trust nothing but what comes from here, as a file.</summary>
internal static class PageHeaders
{
    /// <summary>Nothing inline, nothing of others, nowhere to be framed in; text never becomes markup.</summary>
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

        // Files say otherwise: they may be kept, and asked about.
        headers.CacheControl = "no-store";
    }
}
