using System.Collections.Concurrent;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Views;
using Cluster.Silo.Api.Transfers;
using Grpc.Core;

namespace Cluster.Silo.Api.Access;

/// <summary>Refuses what is beyond a tenant's quotas. What is refused changes nothing.</summary>
internal sealed class TenantQuotas(
    ApiOptions options, IJobStore jobs, JobReader reader, IArtefactStore artefacts, IArtefactClaims claims)
{
    private readonly ConcurrentDictionary<string, StreamLimit> _streams = new(StringComparer.Ordinal);

    private Quotas Quotas => options.Quotas;

    /// <summary>Counts one more stream of a tenant until the result is disposed of; null where they are not counted.</summary>
    public IDisposable? EnterStream(string tenant) => Quotas.Streams == 0 ? null : _streams
        .GetOrAdd(tenant, static (name, most) => new StreamLimit(most, $"uploads, downloads and watched jobs of {name}"), Quotas.Streams)
        .Enter();

    /// <exception cref="RpcException">The upload does not fit beside what the tenant has stored.</exception>
    public async Task RequireRoomAsync(string tenant, long bytes, CancellationToken cancellationToken)
    {
        if (Quotas.StoredBytes == 0)
        {
            return;
        }

        var claimed = (await claims.OfAsync(tenant, cancellationToken)).ToHashSet(StringComparer.Ordinal);
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

    /// <exception cref="RpcException">As many candidates of the tenant are under way as may be.</exception>
    public async Task RequireIdleAsync(string tenant, CancellationToken cancellationToken)
    {
        if (Quotas.RunningCandidates == 0)
        {
            return;
        }

        var open = await jobs.ListAsync(new JobQuery(options.MaxJobs, JobLifecycle.Unended) { Tenant = tenant }, cancellationToken);
        int running = 0;
        foreach (var job in open)
        {
            var feed = await reader.FeedAsync(job.Id, tenant, cancellationToken);
            running += feed.Read(view => view.Candidates.Count(candidate => candidate.Status == WorkStatus.Running));
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

    /// <exception cref="RpcException">The graph of a model is larger than may be.</exception>
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

    private static RpcException Refusal(string quota, long limit, string sentence) =>
        ApiError.Of(StatusCode.ResourceExhausted, Reason.QuotaExceeded, sentence, ("quota", quota), ("limit", $"{limit}"));
}
