namespace Cluster.Silo.Api;

/// <summary>Jobs for this silo's readers. Readers share one view, folded once; the grain is only asked for new records.</summary>
internal sealed class JobFeeds(IGrainFactory grains, IJobStore store, ApiOptions options, TimeProvider time)
{
    private const int PageLength = 500;

    private readonly ConcurrentDictionary<string, (JobFeed Feed, long Used)> _feeds = new(StringComparer.Ordinal);
    private long _uses;

    /// <summary>
    /// A job up to its latest record, or null if it does not exist. If its grain does not answer, up to the last stored record.
    /// </summary>
    public async Task<JobFeed?> RefreshAsync(string id, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } feed)
        {
            return null;
        }

        if (feed.Entry.Status.IsUnprepared() && await store.FindAsync(id, cancellationToken) is { } entry)
        {
            feed.Refresh(entry);
        }

        while (true)
        {
            RecordPage? page;
            try
            {
                page = await grains.GetGrain<IJobGrain>(id).ReadAsync(feed.Count, PageLength, TimeSpan.Zero, cancellationToken)
                    .WaitAsync(options.Patience, time, cancellationToken);
            }
            catch (Exception silent) when (GrainFailure.IsSilent(silent))
            {
                feed.Apply(await StoredAsync(id, cancellationToken));
                return feed;
            }

            if (page is null)
            {
                Forget(id);
                return null;
            }

            var records = page.Records.Value<IReadOnlyList<JournalRecord>>();
            feed.Apply(records);
            if (feed.Count >= page.Total || records.Count == 0)
            {
                return feed;
            }
        }
    }

    /// <summary>Waits for new records; false if the job is gone.</summary>
    public async Task<bool> WaitAsync(string id, JobFeed feed, TimeSpan wait, CancellationToken cancellationToken)
    {
        // A watch may last for hours: its trace would have a span for each wait.
        Activity.Current = null;
        var page = await grains.GetGrain<IJobGrain>(id).ReadAsync(feed.Count, PageLength, wait, cancellationToken);
        if (page is null)
        {
            Forget(id);
            return false;
        }

        feed.Apply(page.Records.Value<IReadOnlyList<JournalRecord>>());
        return true;
    }

    /// <summary>
    /// Whether the store has a record that the feed does not: a silo that resumes after a hang asks its own coordinator of the job, which
    /// does not know yet that it was replaced.
    /// </summary>
    public async Task<bool> IsBehindAsync(string id, long sequence, CancellationToken cancellationToken) =>
        (await StoredAsync(id, cancellationToken)).Count >= sequence;

    public void Forget(string id) => _feeds.TryRemove(id, out _);

    // An unreadable journal is reported in the same way as by the job's grain.
    private async Task<IReadOnlyList<JournalRecord>> StoredAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await store.ReadJournalAsync(id, cancellationToken);
        }
        catch (JobException damaged) when (damaged is not JobStoreUnavailableException)
        {
            throw GrainFailure.Unavailable(options.Redact(damaged.Message));
        }
    }

    private async Task<JobFeed?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var use = Interlocked.Increment(ref _uses);
        if (_feeds.TryGetValue(id, out var known))
        {
            _feeds[id] = (known.Feed, use);
            return known.Feed;
        }

        if (await store.FindAsync(id, cancellationToken) is not { } entry)
        {
            return null;
        }

        var feed = _feeds.GetOrAdd(id, static (_, added) => added, (new JobFeed(entry), use)).Feed;
        DropTheLeastUsed();
        return feed;
    }

    // Current readers keep a dropped feed; the next reader starts a new one.
    private void DropTheLeastUsed()
    {
        while (_feeds.Count > options.MaxFeeds && _feeds.MinBy(pair => pair.Value.Used) is { Key: { } oldest })
        {
            _feeds.TryRemove(oldest, out _);
        }
    }
}
