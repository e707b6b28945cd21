namespace Cluster.Silo.Api;

/// <summary>Settings of the services.</summary>
internal sealed record ApiOptions
{
    /// <summary>The current tokens of callers, or null if everyone may call.</summary>
    public Func<TokenList>? Tokens { get; init; }

    /// <summary>Signs page tokens; the same in all silos of a cluster. See <see cref="PageTokenKey"/>.</summary>
    public required byte[] PageTokenKey { get; init; }

    /// <summary>The largest upload, in bytes.</summary>
    public long MaxArtefactBytes { get; init; } = 2L << 30;

    /// <summary>Removes the server's own paths from a sentence for callers.</summary>
    public Func<string, string> Redact { get; init; } = text => text;

    /// <summary>
    /// How long CreateJob waits for the job's files to be checked before it returns the job in its current state, or says that a validation
    /// is under way.
    /// </summary>
    public TimeSpan PreparationWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a reader of a job waits for its grain, which may hang with its silo, before it uses the stored state.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>The most concurrent uploads on this server.</summary>
    public int MaxUploads { get; init; } = 32;

    /// <summary>The time for an upload in addition to that for its bytes.</summary>
    public TimeSpan UploadGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The most concurrent downloads from this server.</summary>
    public int MaxDownloads { get; init; } = 128;

    /// <summary>
    /// The most bytes of requests that are answered at once on this server, uploads left out. Read, one takes several times its bytes.
    /// </summary>
    public int MaxRequestBytes { get; init; } = 64 << 20;

    /// <summary>The most concurrent watches of jobs on this server.</summary>
    public int MaxWatches { get; init; } = 1000;

    /// <summary>The most concurrent validations of jobs on this server.</summary>
    public int MaxChecks { get; init; } = 32;

    /// <summary>The most unfinished jobs at once.</summary>
    public int MaxJobs { get; init; } = 1000;

    /// <summary>The most runs of schedules that wait for their time: they take no slot, and are none of <see cref="MaxJobs"/>.</summary>
    public int MaxSchedules { get; init; } = 10_000;

    /// <summary>Calls that one address may start in each <see cref="CallPeriod"/>, in the long run; 0: no limit.</summary>
    public int CallsPerPeriod { get; init; }

    /// <summary>See <see cref="CallsPerPeriod"/>.</summary>
    public TimeSpan CallPeriod { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Calls that an idle address may start at once: those of five periods.</summary>
    public int CallBurst => 5 * CallsPerPeriod;

    /// <summary>The limits of one tenant.</summary>
    public Quotas Quotas { get; init; } = new();

    /// <summary>How long jobs and files are kept.</summary>
    public RetentionRules Retention { get; init; } = new();

    /// <summary>The minimum interval between two checks whether the store accepts jobs.</summary>
    public TimeSpan StoreAskedEvery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The most jobs whose events are kept in memory for readers.</summary>
    public int MaxFeeds { get; init; } = 256;
}
