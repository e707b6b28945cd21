using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Api;

/// <summary>Pauses, resumes and cancels jobs.</summary>
internal sealed class JobControlCalls(IGrainFactory grains, JobReader reader)
{
    /// <param name="already">The final status in which the call is already fulfilled, or null.</param>
    /// <param name="tenant">The caller's tenant.</param>
    public async Task<V1.Job> RunAsync(
        string name,
        string etag,
        Func<IJobGrain, Task<JobReply>> ask,
        JobStatus? already,
        string tenant,
        CancellationToken cancellationToken)
    {
        var id = Names.JobId(name);
        var feed = await reader.FeedAsync(id, tenant, cancellationToken);
        RequireEtag(feed, etag);
        var status = feed.Read(view => view.Status);
        if (status.HasEnded() && status != already)
        {
            throw GrainFailure.Ended(id, problem: null);
        }

        if (!status.HasEnded())
        {
            var reply = await ask(grains.GetGrain<IJobGrain>(id)).WaitAsync(cancellationToken);
            if (reply.Outcome != JobReplyOutcome.Done)
            {
                throw GrainFailure.Of(id, reply);
            }
        }

        return await reader.GetAsync(id, tenant, cancellationToken);
    }

    /// <exception cref="RpcException">The caller's etag is outdated.</exception>
    public static void RequireEtag(JobFeed feed, string etag)
    {
        var current = feed.Read(view => view.Etag());
        if (etag.Length > 0 && !string.Equals(etag, current, StringComparison.Ordinal))
        {
            throw ApiError.Of(
                StatusCode.Aborted,
                Reason.EtagMismatch,
                $"The job's etag is \"{current}\" where \"{Names.Short(etag)}\" was given: its state changed, look at it and decide again.",
                ("etag", current));
        }
    }
}
