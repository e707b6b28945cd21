namespace Cluster.Silo.Api.Access;

/// <summary>
/// Refuses calls beyond a tenant's quotas. A refused call changes nothing. Calls that count and then store do so one after another, on all
/// servers together (<see cref="LockAsync"/>), so no more are accepted than fit.
/// </summary>
internal sealed class TenantQuotas(
    ApiOptions options, IJobStore jobs, JobReader reader, IArtefactStore artefacts, IArtefactClaims claims) : IDisposable
{
    private static readonly JobStatus[] Waiting = [JobStatus.Scheduled];
    private static readonly JobStatus[] AboutToWork = [JobStatus.Preparing, JobStatus.Queued, JobStatus.Running];

    private readonly ConcurrentDictionary<string, StreamLimit> _streams = new(StringComparer.Ordinal);

    // Callers of this server wait here: one connection to the store is enough to wait for other servers.
    private readonly SemaphoreSlim _turn = new(1);

    private Quotas Quotas => options.Quotas;

    /// <summary>Counts one more stream of a tenant until the result is disposed of; null if streams are not limited.</summary>
    public IDisposable? EnterStream(string tenant) => Quotas.Streams == 0 ? null : _streams
        .GetOrAdd(tenant, static (name, most) => new StreamLimit(most, $"uploads, downloads and watched jobs of {name}"), Quotas.Streams)
        .Enter(caller: null);

    /// <summary>Until the result is disposed of, no other call counts and stores jobs or uploads.</summary>
    public async Task<IAsyncDisposable> LockAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return new Held(_turn, await jobs.LockAsync("quotas", cancellationToken));
        }
        catch
        {
            _turn.Release();
            throw;
        }
    }

    /// <summary>The same, or null if uploads have no quota.</summary>
    public async Task<IAsyncDisposable?> LockUploadsAsync(CancellationToken cancellationToken) =>
        Quotas.StoredBytes == 0 ? null : await LockAsync(cancellationToken);

    /// <exception cref="RpcException">An upload does not fit in addition to the tenant's others.</exception>
    public async Task RequireRoomAsync(string tenant, string sha256, long bytes, CancellationToken cancellationToken)
    {
        if (Quotas.StoredBytes == 0)
        {
            return;
        }

        // Another call may have stored the same file meanwhile: it counts once.
        var claimed = (await claims.OfAsync(tenant, cancellationToken)).ToHashSet(StringComparer.Ordinal);
        claimed.Remove(sha256);
        long stored = await artefacts.ListAsync(cancellationToken)
            .Where(artefact => claimed.Contains(artefact.Sha256)).Select(artefact => artefact.SizeBytes).SumAsync(cancellationToken);
        if (stored + bytes > Quotas.StoredBytes)
        {
            throw Refusal(
                "stored_bytes",
                Quotas.StoredBytes,
                $"The uploads of {tenant} have {stored} bytes, and {bytes} more are over the {Quotas.StoredBytes} that one tenant may "
                + "keep: delete jobs whose files are no longer needed, or ask the operator of this cluster for more.");
        }
    }

    /// <exception cref="RpcException">The tenant's running candidates are at the limit.</exception>
    public async Task RequireTurnAsync(string tenant, CancellationToken cancellationToken)
    {
        if (Quotas.RunningCandidates == 0)
        {
            return;
        }

        // A newly accepted job has no candidate yet, and counts as one: otherwise many jobs could be accepted before the first one.
        int running = 0;
        var underWay = new JobQuery(options.MaxJobs, JobLifecycle.UnderWay) { Tenant = tenant };
        foreach (var job in await jobs.ListAsync(underWay, cancellationToken))
        {
            var feed = await reader.FeedAsync(job.Id, tenant, cancellationToken);
            int candidates = feed.Read(view => view.Candidates.Count(candidate => candidate.Status == WorkStatus.Running));
            running += Math.Max(candidates, AboutToWork.Contains(job.Status) ? 1 : 0);
        }

        if (running >= Quotas.RunningCandidates)
        {
            throw Refusal(
                "running_candidates",
                Quotas.RunningCandidates,
                $"{running} candidates of {tenant} are under way where one tenant may have {Quotas.RunningCandidates} before it submits "
                + "another job: wait for some to end, or pause or cancel a job.");
        }
    }

    /// <summary>
    /// Of several tenants, one may have another job while fewer of its own are under way than places are free: alone it gets half of them,
    /// and a later one always finds some.
    /// </summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="isScheduled">Whether it is a place among the runs that wait for their time, which take none of the others.</param>
    /// <exception cref="RpcException">The unended jobs of all tenants are at the limit, or the tenant has its share.</exception>
    public async Task RequirePlaceAsync(string tenant, CancellationToken cancellationToken, bool isScheduled = false)
    {
        int most = isScheduled ? options.MaxSchedules : options.MaxJobs;
        var statuses = isScheduled ? Waiting : JobLifecycle.UnderWay;
        string kind = isScheduled ? "scheduled runs" : "jobs that are not over";
        int all = await CountAsync(of: null);
        int free = most - all;
        int own = options.Tokens?.Invoke().HasTenants == true ? await CountAsync(tenant) : 0;
        if (free <= 0 || (own > 0 && own >= free))
        {
            throw ApiError.Of(
                StatusCode.ResourceExhausted,
                Reason.TooManyJobs,
                free <= 0
                    ? $"There are {all} {kind}, as many as are taken: wait for one to end, or cancel one."
                    : $"There are {own} {kind} of {tenant}, and the {free} places that are left are for others too: wait for one to end, "
                        + "or cancel one.",
                ("limit", $"{most}"));
        }

        async Task<int> CountAsync(string? of) =>
            (await jobs.ListKeysAsync(new JobQuery(most, statuses) { Tenant = of }, cancellationToken)).Count;
    }

    /// <exception cref="RpcException">The graph of a model is too large.</exception>
    public async Task RequireSmallAsync(string sha256, CancellationToken cancellationToken)
    {
        if (Quotas.GraphNodes == 0)
        {
            return;
        }

        await using var model = await artefacts.OpenUncheckedAsync(sha256, cancellationToken);
        int nodes = await Task.Run(() => OnnxNodes.Count(model), cancellationToken);
        if (nodes > Quotas.GraphNodes)
        {
            throw Refusal(
                "graph_nodes",
                Quotas.GraphNodes,
                $"The model's graph has {nodes} nodes where at most {Quotas.GraphNodes} are taken: simplify the network before it is "
                + "uploaded, or ask the operator of this cluster for more.");
        }
    }

    public void Dispose() => _turn.Dispose();

    private static RpcException Refusal(string quota, long limit, string sentence) =>
        ApiError.Of(StatusCode.ResourceExhausted, Reason.QuotaExceeded, sentence, ("quota", quota), ("limit", $"{limit}"));

    private sealed class Held(SemaphoreSlim turn, IAsyncDisposable? shared) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                await (shared?.DisposeAsync() ?? ValueTask.CompletedTask);
            }
            finally
            {
                turn.Release();
            }
        }
    }
}
