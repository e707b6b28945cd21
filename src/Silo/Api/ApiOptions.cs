using Cluster.Silo.Api.Paging;

namespace Cluster.Silo.Api;

/// <summary>Settings of the services.</summary>
internal sealed record ApiOptions
{
    /// <summary>What callers have to show, or null where everyone may call.</summary>
    public string? Token { get; init; }

    /// <summary>Signs page tokens; the same in all silos of a cluster. See <see cref="PageTokenKey"/>.</summary>
    public required byte[] PageTokenKey { get; init; }

    /// <summary>The largest file that is taken in, in bytes.</summary>
    public long MaxArtefactBytes { get; init; } = 2L << 30;

    /// <summary>Takes the server's own paths out of a sentence for callers.</summary>
    public Func<string, string> Told { get; init; } = text => text;

    /// <summary>Jobs that are not over, at most.</summary>
    public int MaxJobs { get; init; } = 1000;

    /// <summary>Jobs whose events are kept in memory for readers, at most.</summary>
    public int MaxFeeds { get; init; } = 256;
}
