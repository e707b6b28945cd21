namespace Cluster.Silo.Api;

/// <summary>
/// Deletes jobs, and the artefacts that no other job names. This includes uploads that no job names yet: CreateJob then reports a missing
/// artefact, and the client uploads it again. The artefacts are removed even if the caller does not wait.
/// </summary>
internal sealed partial class JobRemoval(
    IGrainFactory grains,
    NamedArtefacts others,
    UnnamedFiles unnamed,
    JobFeeds feeds,
    JobReader reader,
    TimeProvider time,
    ILogger<JobRemoval> logger) : IJobRemoval
{
    private const int Attempts = 30;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public async Task DeleteAsync(string name, string etag, string tenant, CancellationToken cancellationToken)
    {
        var id = Names.JobId(name);
        var feed = await reader.FeedAsync(id, tenant, cancellationToken);
        JobControlCalls.RequireEtag(feed, etag);
        if (!feed.Read(view => view.Status.HasEnded()))
        {
            throw ApiError.Of(
                StatusCode.FailedPrecondition,
                Reason.JobRunning,
                $"The job {id} is still running: cancel it first.",
                ("job", id));
        }

        var named = feed.Read(view => view.Artefacts.Select(artefact => artefact.Sha256))
            .Concat(feed.Entry.Inputs.Artefacts())
            .ToHashSet(StringComparer.Ordinal);
        await RemoveAsync(id, named, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(string id, IReadOnlyCollection<string> files, CancellationToken cancellationToken)
    {
        var reply = await RemoveAsync(id, cancellationToken);
        if (reply.Outcome is not (JobReplyOutcome.Done or JobReplyOutcome.Unknown))
        {
            throw GrainFailure.Of(id, reply);
        }

        feeds.Forget(id);
        others.Forget(id);
        await CollectAsync(id, files).WaitAsync(cancellationToken);
    }

    private async Task CollectAsync(string id, IReadOnlyCollection<string> files)
    {
        try
        {
            await unnamed.RemoveAsync(await unnamed.SeeAsync(files, CancellationToken.None), CancellationToken.None);
        }
        catch (JobException unreadable)
        {
            // The sweep removes them once the problem is over.
            LogKept(id, unreadable.Message);
        }
    }

    // The journal says that the job has ended; the store's list may lag behind.
    private async Task<JobReply> RemoveAsync(string id, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var reply = await grains.GetGrain<IJobCatalogGrain>(0).DeleteAsync(id).WaitAsync(cancellationToken);
            if (reply.Outcome != JobReplyOutcome.Unavailable || attempt == Attempts)
            {
                return reply;
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    [LoggerMessage(
        EventId = 2204,
        Level = LogLevel.Warning,
        Message = "The files of job {Job}, which was deleted, are kept for now: {Problem}")]
    private partial void LogKept(string job, string problem);
}
