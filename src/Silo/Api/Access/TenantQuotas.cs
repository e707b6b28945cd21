using Cluster.Grains.Quotas;

namespace Cluster.Silo.Api.Access;

/// <summary>
/// Refuses calls beyond a tenant's quotas. A refused call changes nothing, and of simultaneous calls, on any servers, no more are accepted
/// than fit.
/// </summary>
internal sealed class TenantQuotas(
    ApiOptions options,
    IGrainFactory grains,
    IJobStore jobs,
    JobReader reader,
    IArtefactStore artefacts,
    IArtefactClaims claims,
    TimeProvider time,
    ILogger<TenantQuotas> logger)
{
    private static readonly JobStatus[] AboutToWork = [JobStatus.Preparing, JobStatus.Queued, JobStatus.Running];

    private readonly ConcurrentDictionary<string, StreamLimit> _streams = new(StringComparer.Ordinal);

    private Quotas Quotas => options.Quotas;

    /// <summary>Counts one more stream of a tenant until the result is disposed of; null if streams are not limited.</summary>
    public IDisposable? EnterStream(string tenant) => Quotas.Streams == 0 ? null : _streams
        .GetOrAdd(tenant, static (name, most) => new StreamLimit(most, $"uploads, downloads and watched jobs of {name}"), Quotas.Streams)
        .Enter(caller: null);

    /// <summary>Reserves room for an upload until the result is disposed of; null if there is no such quota.</summary>
    /// <exception cref="RpcException">The upload does not fit in addition to the tenant's stored and running uploads.</exception>
    public async Task<IAsyncDisposable?> TakeRoomAsync(string tenant, string sha256, long bytes, CancellationToken cancellationToken) =>
        Quotas.StoredBytes == 0
            ? null
            : await TakeAsync(
                $"bytes of {tenant}",
                sha256,
                bytes,
                sending => RoomRefusalAsync(tenant, sha256, bytes, sending, cancellationToken),
                cancellationToken);

    /// <summary>Reserves the place of a job that is about to be stored; null if there is no such quota.</summary>
    /// <exception cref="RpcException">The tenant's running candidates are at the limit.</exception>
    public async Task<IAsyncDisposable?> TakeTurnAsync(string tenant, JobEntry job, CancellationToken cancellationToken) =>
        Quotas.RunningCandidates == 0
            ? null
            : await TakeAsync(
                $"candidates of {tenant}",
                NameOf(job),
                1,
                coming => BusyRefusalAsync(tenant, NameOf(job), coming, cancellationToken),
                cancellationToken);

    /// <summary>
    /// Reserves a place among the unended jobs of all tenants. Of several, one may have more while fewer of its own are under way than
    /// places are free: alone it gets half of them, and a later one always finds some.
    /// </summary>
    /// <exception cref="RpcException">The number is at the limit.</exception>
    public async Task<IAsyncDisposable> TakePlaceAsync(JobEntry job, CancellationToken cancellationToken) => await TakeAsync(
        "jobs", PlaceOf(job), 1, coming => CrowdRefusalAsync(job, coming, cancellationToken), cancellationToken);

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

    private Task<QuotaHold> TakeAsync(
        string quota,
        string subject,
        long amount,
        Func<IReadOnlyDictionary<string, long>, Task<Exception?>> refusal,
        CancellationToken cancellationToken) =>
        QuotaHold.TakeAsync(grains.GetGrain<IQuotaGrain>(quota), subject, amount, refusal, time, logger, cancellationToken);

    // Another call may have stored the same file or job meanwhile: it counts once, as this call's.
    private async Task<Exception?> RoomRefusalAsync(
        string tenant, string sha256, long bytes, IReadOnlyDictionary<string, long> sending, CancellationToken cancellationToken)
    {
        var claimed = (await claims.OfAsync(tenant, cancellationToken)).ToHashSet(StringComparer.Ordinal);
        claimed.Remove(sha256);
        long stored = await artefacts.ListAsync(cancellationToken)
            .Where(artefact => claimed.Contains(artefact.Sha256)).Select(artefact => artefact.SizeBytes).SumAsync(cancellationToken);
        stored += sending.Where(one => !claimed.Contains(one.Key)).Sum(one => one.Value);
        return stored + bytes <= Quotas.StoredBytes ? null : Refusal(
            "stored_bytes",
            Quotas.StoredBytes,
            $"The uploads of {tenant} have {stored} bytes, and {bytes} more are over the {Quotas.StoredBytes} that one tenant may "
            + "keep: delete jobs whose files are no longer needed, or ask the operator of this cluster for more.");
    }

    // A newly accepted job has no candidate yet, and counts as one: otherwise many jobs could be accepted before the first one.
    private async Task<Exception?> BusyRefusalAsync(
        string tenant, string own, IReadOnlyDictionary<string, long> coming, CancellationToken cancellationToken)
    {
        var open = await OthersAsync(new JobQuery(options.MaxJobs, JobLifecycle.Unended) { Tenant = tenant }, own, cancellationToken);
        long running = Unlisted(coming, open);
        foreach (var job in open)
        {
            var feed = await reader.FeedAsync(job.Id, tenant, cancellationToken);
            int candidates = feed.Read(view => view.Candidates.Count(candidate => candidate.Status == WorkStatus.Running));
            running += Math.Max(candidates, AboutToWork.Contains(job.Status) ? 1 : 0);
        }

        return running < Quotas.RunningCandidates ? null : Refusal(
            "running_candidates",
            Quotas.RunningCandidates,
            $"{running} candidates of {tenant} are under way where one tenant may have {Quotas.RunningCandidates} before it submits "
            + "another job: wait for some to end, or pause or cancel a job.");
    }

    private async Task<Exception?> CrowdRefusalAsync(
        JobEntry job, IReadOnlyDictionary<string, long> coming, CancellationToken cancellationToken)
    {
        var open = await OthersAsync(new JobQuery(options.MaxJobs, JobLifecycle.Unended), NameOf(job), cancellationToken);
        string[] all = [.. open.Select(PlaceOf).Union(coming.Keys, StringComparer.Ordinal)];
        int free = options.MaxJobs - all.Length;
        string tenant = TenantName.Of(job);
        int own = options.Tokens?.Invoke().HasTenants == true
            ? all.Count(other => other.StartsWith($"{tenant}/", StringComparison.Ordinal))
            : 0;
        return free > 0 && (own == 0 || own < free) ? null : ApiError.Of(
            StatusCode.ResourceExhausted,
            Reason.TooManyJobs,
            free <= 0
                ? $"There are {all.Length} jobs that are not over, as many as are taken: wait for one to end, or cancel one."
                : $"There are {own} jobs of {tenant} that are not over, and the {free} places that are left are for others too: wait for "
                    + "one to end, or cancel one.",
            ("limit", $"{options.MaxJobs}"));
    }

    private async Task<IReadOnlyList<JobEntry>> OthersAsync(JobQuery query, string own, CancellationToken cancellationToken) =>
        [.. (await jobs.ListAsync(query, cancellationToken)).Where(job => NameOf(job) != own)];

    // Calls with the same request id create one job, regardless of which comes first.
    private static string NameOf(JobEntry job) => job.RequestId ?? job.Id;

    private static string PlaceOf(JobEntry job) => $"{TenantName.Of(job)}/{NameOf(job)}";

    private static int Unlisted(IReadOnlyDictionary<string, long> coming, IReadOnlyList<JobEntry> open) =>
        coming.Keys.Except(open.Select(NameOf), StringComparer.Ordinal).Count();

    private static RpcException Refusal(string quota, long limit, string sentence) =>
        ApiError.Of(StatusCode.ResourceExhausted, Reason.QuotaExceeded, sentence, ("quota", quota), ("limit", $"{limit}"));
}
