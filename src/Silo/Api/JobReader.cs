using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Api;

/// <summary>Reads the current state of jobs.</summary>
internal sealed class JobReader(IGrainFactory grains, JobFeeds feeds, ApiOptions options, TimeProvider time)
{
    /// <exception cref="Grpc.Core.RpcException">The tenant has no such job.</exception>
    public async Task<JobFeed> FeedAsync(string id, string tenant, CancellationToken cancellationToken) =>
        await feeds.RefreshAsync(id, cancellationToken) is { } feed && TenantName.Of(feed.Entry) == tenant
            ? feed
            : throw GrainFailure.UnknownJob(id);

    public async Task<V1.Job> GetAsync(string id, string tenant, CancellationToken cancellationToken)
    {
        var feed = await FeedAsync(id, tenant, cancellationToken);
        var running = await RunningAsync(id, feed, cancellationToken);
        return feed.Read(view => view.ToContract(feed.Entry, running, time.GetUtcNow())).Redact(options.Redact);
    }

    public async Task<V1.JobProgress> ProgressAsync(string id, JobFeed feed, CancellationToken cancellationToken)
    {
        var running = await RunningAsync(id, feed, cancellationToken);
        return feed.Read(view => view.ToProgress(id, running, time.GetUtcNow()));
    }

    private async Task<JobProgress?> RunningAsync(string id, JobFeed feed, CancellationToken cancellationToken)
    {
        if (feed.Read(view => view.Status.HasEnded()))
        {
            return null;
        }

        try
        {
            var progress = await grains.GetGrain<IJobGrain>(id).GetProgressAsync().WaitAsync(options.Patience, time, cancellationToken);
            return progress?.Value<JobProgress>();
        }
        catch (Exception silent) when (GrainFailure.IsTransient(silent))
        {
            // The running work is unknown; the journal's state is used.
            return null;
        }
    }
}
