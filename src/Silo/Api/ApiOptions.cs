using Cluster.Silo.Api.Access;
using Cluster.Silo.Api.Collection;
using Cluster.Silo.Api.Paging;

namespace Cluster.Silo.Api;

/// <summary>Settings of the services.</summary>
internal sealed record ApiOptions
{
    /// <summary>The tokens of callers as they are now, or null if everyone may call.</summary>
    public Func<TokenList>? Tokens { get; init; }

    /// <summary>Signs page tokens; the same in all silos of a cluster. See <see cref="PageTokenKey"/>.</summary>
    public required byte[] PageTokenKey { get; init; }

    /// <summary>The largest upload, in bytes.</summary>
    public long MaxArtefactBytes { get; init; } = 2L << 30;

    /// <summary>Removes the server's own paths from a sentence for callers.</summary>
    public Func<string, string> Told { get; init; } = text => text;

    /// <summary>How long CreateJob waits for the job's files to be checked before it gives the job as it is.</summary>
    public TimeSpan PreparationWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a reader of a job waits for its grain, which may hang with its silo, before it takes what is stored.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>Most uploads that this server takes at once.</summary>
    public int MaxUploads { get; init; } = 32;

    /// <summary>What an upload may take beside the time for its bytes.</summary>
    public TimeSpan UploadGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Most downloads that this server sends at once.</summary>
    public int MaxDownloads { get; init; } = 128;

    /// <summary>Most jobs that this server lets watch at once.</summary>
    public int MaxWatches { get; init; } = 1000;

    /// <summary>Most jobs that may be unfinished at once.</summary>
    public int MaxJobs { get; init; } = 1000;

    /// <summary>Calls that one address may begin in each <see cref="CallPeriod"/>, in the long run; 0 for any number.</summary>
    public int CallsPerPeriod { get; init; }

    /// <summary>See <see cref="CallsPerPeriod"/>.</summary>
    public TimeSpan CallPeriod { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Calls that an address which was silent may begin at once: what it may in five periods.</summary>
    public int CallBurst => 5 * CallsPerPeriod;

    /// <summary>How much one tenant may have.</summary>
    public Quotas Quotas { get; init; } = new();

    /// <summary>How long jobs and files are kept.</summary>
    public RetentionRules Retention { get; init; } = new();

    /// <summary>How often the store is asked, at most, whether jobs can be stored.</summary>
    public TimeSpan StoreAskedEvery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Most jobs whose events are kept in memory for readers.</summary>
    public int MaxFeeds { get; init; } = 256;
}
