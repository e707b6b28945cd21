namespace Cluster.Silo.Page;

/// <summary>The options of the live page.</summary>
/// <param name="HasTokens">Whether callers have tokens. Without them the page is read-only, for browsers on this machine.</param>
internal sealed record PageOptions(bool HasTokens);
