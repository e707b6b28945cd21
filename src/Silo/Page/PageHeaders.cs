namespace Cluster.Silo.Page;

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
