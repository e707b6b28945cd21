using System.Net;

namespace Cluster.Silo.Page;

/// <summary>How the live page is served.</summary>
/// <param name="Listen">Where browsers connect; port 0 for a free one.</param>
/// <param name="HasTokens">Whether callers are known by tokens. Without them the page only shows, to browsers on this machine.</param>
internal sealed record PageOptions(IPEndPoint Listen, bool HasTokens)
{
    /// <summary>Null where no page is to be served.</summary>
    public static PageOptions? Of(IPEndPoint? listen, bool hasTokens) => listen is null ? null : new PageOptions(listen, hasTokens);
}
