namespace Cluster.Grains.Catalog;

/// <summary>
/// The jobs of the cluster, over the job store. Jobs that do not run are started when silos came, left or were lost, and when a reminder
/// fires; failed starts are retried repeatedly.
/// </summary>
[Reentrant]
[KeepAlive]
[OnCoordinators]
[GrainType("cluster-jobs")]
internal sealed partial class JobCatalogGrain(
    IJobStore store,
    JobEntries entries,
    GrainOptions options,
    TimeProvider time,
    ILogger<JobCatalogGrain> logger) : Grain, IJobCatalogGrain, IRemindable
{
    private const string Reminder = "keep-alive";

    // Jobs that could not be started, with the reasons already logged.
    private readonly Dictionary<string, string> _told = new(StringComparer.Ordinal);
    private Task? _looking;
    private bool _isOld;
    private IGrainTimer? _again;
    private bool _reminded;

    public async Task<Carried> CreateAsync(Carried entry)
    {
        var stored = await store.AddAsync(entry.Value<JobEntry>(), CancellationToken.None);
        if (!stored.Status.HasEnded())
        {
            await BeginAsync(stored.Id);
        }

        return Carried.Of(stored);
    }

    public async Task<JobReply> DeleteAsync(string id)
    {
        if (await store.FindAsync(id, CancellationToken.None) is not { } entry)
        {
            return new JobReply(JobReplyOutcome.Unknown, $"No job '{id}'.");
        }

        // The entry follows the journal: a job whose end watchers saw may still be listed as running for a moment.
        var job = GrainFactory.GetGrain<IJobGrain>(id);
        var status = entry.Status.HasEnded()
            ? entry.Status
            : (await job.ReadAsync(0, 0, TimeSpan.Zero, CancellationToken.None))?.Status ?? entry.Status;
        if (!status.HasEnded() && !entry.Status.IsUnprepared())
        {
            return new JobReply(JobReplyOutcome.Unavailable, $"Job '{id}' is {status}: cancel it first.");
        }

        if (entry.Schedule?.After is { } before
            && await store.FindAsync(before, CancellationToken.None) is { Status: var ended }
            && !ended.HasEnded())
        {
            // Its end was cut off by a crash: until that is listed, the run before would store this one again.
            await GrainFactory.GetGrain<IJobGrain>(before).EnsureRunningAsync();
            return new JobReply(JobReplyOutcome.Unavailable, $"Job '{before}', the run before '{id}', is being ended: ask again.");
        }

        await job.StopAsync();
        await store.RemoveAsync(id, CancellationToken.None);
        entries.Forget(id);
        _told.Remove(id);
        return new JobReply(JobReplyOutcome.Done);
    }

    public async Task KeepAliveAsync()
    {
        // One look serves many simultaneous callers, except those that know of a change after it began.
        _isOld = true;
        await (_looking is { IsCompleted: false } ? _looking : _looking = LookAsync());
        await RemindAsync();
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => KeepAliveAsync();

    private async Task BeginAgainAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_told.Keys.ToArray().Select(BeginAsync));
        if (_told.Count == 0)
        {
            _again?.Dispose();
            _again = null;
        }
    }

    private async Task LookAsync()
    {
        while (_isOld)
        {
            _isOld = false;
            await BeginAllAsync();
        }
    }

    private async Task BeginAllAsync()
    {
        // The newest come first: jobs beyond the first page have waited longest.
        JobKey? last = null;
        IReadOnlyList<JobKey> page;
        do
        {
            page = await store.ListKeysAsync(
                new JobQuery(options.JobsPerLook, JobLifecycle.Unended, last?.CreatedAt, last?.Id), CancellationToken.None);
            await Task.WhenAll(page.Select(job => BeginAsync(job.Id)));
            last = page.Count > 0 ? page[^1] : null;
        }
        while (page.Count == options.JobsPerLook);
    }

    private async Task BeginAsync(string id)
    {
        try
        {
            var reply = await GrainFactory.GetGrain<IJobGrain>(id).EnsureRunningAsync().WaitAsync(options.LongestWait, time);
            if (reply.Outcome == JobReplyOutcome.Unavailable)
            {
                Tell(id, reply.Problem ?? string.Empty);
                return;
            }

            _told.Remove(id);
        }
        catch (Exception failure) when (failure is OrleansException or TimeoutException)
        {
            // The job is stored: the next look starts it. Waits no longer, as its silo may just have been killed.
            Tell(id, failure.Message);
        }
    }

    private void Tell(string id, string problem)
    {
        if (!_told.TryGetValue(id, out var told) || !string.Equals(told, problem, StringComparison.Ordinal))
        {
            _told[id] = problem;
            LogWaiting(id, problem);
        }

        _again ??= this.RegisterGrainTimer(BeginAgainAsync, new GrainTimerCreationOptions(options.KeepAliveEvery, options.KeepAliveEvery));
    }

    private async Task RemindAsync()
    {
        if (!_reminded)
        {
            await this.RegisterOrUpdateReminder(Reminder, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
            _reminded = true;
        }
    }

    [LoggerMessage(EventId = 1301, Level = LogLevel.Warning, Message = "Job {Job} does not run yet and will be begun again: {Problem}")]
    private partial void LogWaiting(string job, string problem);
}
