using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Ports;
using Cluster.Grains.Contracts;
using Grpc.Core;
using Orleans;

namespace Cluster.Silo.Api;

/// <summary>
/// Deletes jobs, and the artefacts that no other job names. This includes uploads that no job names yet: CreateJob then
/// reports a missing artefact, and the client uploads it again.
/// </summary>
internal sealed class JobRemoval(
    IGrainFactory grains,
    IJobStore store,
    IArtefactStore artefacts,
    JobFeeds feeds,
    JobReader reader,
    TimeProvider time)
{
    private const int PageLength = 100;
    private const int Attempts = 30;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public async Task DeleteAsync(string name, string etag, CancellationToken cancellationToken)
    {
        var id = Names.JobId(name);
        var feed = await reader.FeedAsync(id, cancellationToken);
        JobControlCalls.RequireEtag(feed, etag);
        if (!feed.Read(view => view.Status.HasEnded()))
        {
            throw ApiError.Of(
                StatusCode.FailedPrecondition,
                Reason.JobRunning,
                $"The job {id} is not over, where one is expected that is: cancel it first.",
                ("job", id));
        }

        var named = feed.Read(view => view.Artefacts.Select(artefact => artefact.Sha256))
            .Concat(feed.Entry.Inputs.Artefacts())
            .ToHashSet(StringComparer.Ordinal);
        var reply = await RemoveAsync(id, cancellationToken);
        if (reply.Outcome is not (JobReplyOutcome.Done or JobReplyOutcome.Unknown))
        {
            throw GrainFailure.Of(id, reply);
        }

        feeds.Forget(id);
        await KeepThoseOfOthersAsync(named, cancellationToken);
        foreach (var sha256 in named)
        {
            artefacts.Remove(sha256);
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

    private async Task KeepThoseOfOthersAsync(HashSet<string> named, CancellationToken cancellationToken)
    {
        JobEntry? last = null;
        while (named.Count > 0)
        {
            var page = await store.ListAsync(new JobQuery(PageLength, [], last?.CreatedAt, last?.Id), cancellationToken);
            foreach (var entry in page)
            {
                named.ExceptWith(entry.Inputs.Artefacts());
                var records = await store.ReadJournalAsync(entry.Id, cancellationToken);
                named.ExceptWith(records.Select(record => record.Event).OfType<ArtefactPublished>().Select(artefact => artefact.Sha256));
            }

            if (page.Count < PageLength)
            {
                return;
            }

            last = page[^1];
        }
    }
}
