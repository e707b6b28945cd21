using System.Net;

namespace Cluster.Silo.Page;

/// <summary>The options of the live page.</summary>
/// <param name="Listen">The address for browsers; port 0 for a free one.</param>
/// <param name="HasTokens">Whether callers have tokens. Without them the page is read-only, for browsers on this machine.</param>
internal sealed record PageOptions(IPEndPoint Listen, bool HasTokens)
{
    /// <summary>Null if there is no page.</summary>
    public static PageOptions? Of(IPEndPoint? listen, bool hasTokens) => listen is null ? null : new PageOptions(listen, hasTokens);
}
