namespace Cluster.Grains.Catalog;

/// <summary>See <see cref="ITenantGrain"/>. What it knows is in the store, so nothing is lost with its silo.</summary>
[Reentrant]
[OnCoordinators]
[OnOneCoordinator]
[GrainType("cluster-tenant")]
internal sealed class TenantGrain(IJobStore store, GrainOptions options, TimeProvider time) : Grain, ITenantGrain
{
    // Others hold no place: nothing is done for them, and when they go on they do so at once.
    private static readonly JobStatus[] Working = [JobStatus.Queued, JobStatus.Running, JobStatus.Pausing, JobStatus.Cancelling];

    private static readonly JobStatus[] Beginning = [JobStatus.Scheduled, JobStatus.Preparing, .. Working];

    private static readonly Comparer<JobKey> Order = Comparer<JobKey>.Create((one, other) =>
        one.CreatedAt == other.CreatedAt ? string.CompareOrdinal(one.Id, other.Id) : one.CreatedAt.CompareTo(other.CreatedAt));

    private readonly Dictionary<JobKey, TaskCompletionSource> _waiting = [];
    private List<JobKey> _jobs = [];
    private string? _run;
    private Task _reading = Task.CompletedTask;
    private long? _readAt;

    public async Task<int> PlaceAsync(string job, DateTimeOffset createdAt, TimeSpan wait, CancellationToken cancellationToken)
    {
        var key = new JobKey(job, createdAt);
        await ReadAsync();
        int place = PlaceOf(key);
        if (place > 0)
        {
            var turn = _waiting[key] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            try
            {
                await Pause.ForAsync(wait, turn.Task, time, cancellationToken);
            }
            finally
            {
                _waiting.Remove(key);
            }

            place = PlaceOf(key);
        }

        return place;
    }

    public async Task<bool> MayBeginAsync(string job)
    {
        while (_run is { } other && other != job)
        {
            if (await store.FindAsync(other, CancellationToken.None) is { Status: var status } && Beginning.Contains(status))
            {
                return false;
            }

            if (_run == other)
            {
                _run = null;
            }
        }

        _run = job;
        return true;
    }

    public Task EndedAsync(string job, DateTimeOffset createdAt)
    {
        _jobs.Remove(new JobKey(job, createdAt));
        Serve();
        return Task.CompletedTask;
    }

    private int PlaceOf(JobKey job)
    {
        int index = _jobs.BinarySearch(job, Order);
        if (index < 0)
        {
            _jobs.Insert(index = ~index, job);
        }

        return Math.Max(0, index - options.JobsPerTenant + 1);
    }

    private void Serve()
    {
        foreach (var job in _jobs.Take(options.JobsPerTenant))
        {
            _waiting.GetValueOrDefault(job)?.TrySetResult();
        }
    }

    // One reading serves all callers.
    private async Task ReadAsync()
    {
        if (_readAt is { } at && time.GetElapsedTime(at) < options.QueueReadEvery)
        {
            return;
        }

        await (_reading.IsCompleted ? _reading = ReadStoreAsync() : _reading);
    }

    private async Task ReadStoreAsync()
    {
        var jobs = new List<JobKey>();
        IReadOnlyList<JobKey> page;
        do
        {
            var last = jobs.Count == 0 ? null : jobs[^1];
            page = await store.ListKeysAsync(
                new JobQuery(options.JobsPerLook, Working, last?.CreatedAt, last?.Id) { Tenant = this.GetPrimaryKeyString() },
                CancellationToken.None);
            jobs.AddRange(page);
        }
        while (page.Count == options.JobsPerLook);

        // The list may be behind those that wait here.
        _jobs = [.. jobs.Union(_waiting.Keys).Order(Order)];
        _readAt = time.GetTimestamp();
        Serve();
    }
}
