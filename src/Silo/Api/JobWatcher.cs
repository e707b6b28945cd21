using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Api;

/// <summary>Streams a job's events to a caller until the job ends, even if the job's grain moves in between.</summary>
internal sealed class JobWatcher(
    JobFeeds feeds, JobReader reader, ServerState server, TenantQuotas quotas, ApiOptions options, TimeProvider time)
{
    private static readonly TimeSpan UsualHeartbeat = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ShortestHeartbeat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestHeartbeat = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly StreamLimit _limit = new(options.MaxWatches, "watchers");

    public async Task WatchAsync(
        V1.WatchJobRequest request,
        string tenant,
        string share,
        IServerStreamWriter<V1.JobEvent> responses,
        CancellationToken cancellationToken)
    {
        using var place = _limit.Enter(share);
        using var own = quotas.EnterStream(tenant);
        var id = Names.JobId(request.Name);
        var heartbeat = Heartbeat(request);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, server.Draining);
        try
        {
            var feed = await reader.FeedAsync(id, tenant, stop.Token);
            if (request.AfterSequence > feed.Count && await feeds.IsBehindAsync(id, request.AfterSequence, stop.Token))
            {
                throw GrainFailure.Unavailable();
            }

            RequireWithin(request.AfterSequence, feed);
            await FollowAsync(id, feed, request.AfterSequence, heartbeat, responses, stop.Token);
        }
        catch (OperationCanceledException) when (server.Draining.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw GrainFailure.Draining();
        }
    }

    private static TimeSpan Heartbeat(V1.WatchJobRequest request)
    {
        var asked = request.HeartbeatInterval?.ToTimeSpan() ?? UsualHeartbeat;
        return asked >= ShortestHeartbeat && asked <= LongestHeartbeat ? asked : throw ApiError.Field(
            Reason.RequestInvalid,
            "heartbeat_interval",
            $"The heartbeat interval must be 1 s to 300 s, not {asked.TotalSeconds:0.###} s; leave it out for the usual one.");
    }

    private static void RequireWithin(long after, JobFeed feed)
    {
        if (after < 0)
        {
            throw ApiError.Field(
                Reason.RequestInvalid,
                "after_sequence",
                $"The sequence number must be 0 or more, not {after}: give that of the last event seen.");
        }

        if (after > feed.Count)
        {
            throw ApiError.Of(
                StatusCode.OutOfRange,
                Reason.SequenceBeyondEnd,
                $"The sequence number is {after} where the job has {feed.Count} events: give that of the last event seen.",
                ("last", $"{feed.Count}"));
        }
    }

    private async Task FollowAsync(
        string id,
        JobFeed feed,
        long sequence,
        TimeSpan heartbeat,
        IServerStreamWriter<V1.JobEvent> responses,
        CancellationToken cancellationToken)
    {
        var told = time.GetTimestamp();
        while (true)
        {
            var (changes, isOver) = feed.After(sequence);
            foreach (var change in changes)
            {
                cancellationToken.ThrowIfCancellationRequested();

                // Without the token: gRPC ends the call as cancelled if a write is, and a drain needs to report a reason. The caller's own
                // cancellation ends a write anyway.
                await responses.WriteAsync(change.ToContract(id).Redact(options.Redact), CancellationToken.None);
                sequence = change.Sequence;
                told = time.GetTimestamp();
            }

            if (isOver)
            {
                return;
            }

            var silence = time.GetElapsedTime(told);
            if (silence >= heartbeat)
            {
                await responses.WriteAsync(
                    EventMapping.Heartbeat(sequence, time.GetUtcNow(), await reader.ProgressAsync(id, feed, cancellationToken)),
                    CancellationToken.None);
                told = time.GetTimestamp();
                silence = TimeSpan.Zero;
            }

            var wait = heartbeat - silence;
            await WaitAsync(id, feed, wait < LongestWait ? wait : LongestWait, cancellationToken);
        }
    }

    private async Task WaitAsync(string id, JobFeed feed, TimeSpan wait, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var known = feed.Count;
        try
        {
            if (!await feeds.WaitAsync(id, feed, wait, cancellationToken))
            {
                throw GrainFailure.UnknownJob(id);
            }
        }
        catch (Exception failure) when (GrainFailure.IsTransient(failure))
        {
            // The grain's silo was lost and the grain will be active on another. Meanwhile heartbeats tell the caller that this server is
            // alive.
        }

        // A grain that is not running the job answers at once, so pause before asking it again.
        if (feed.Count == known && time.GetElapsedTime(began) < Pause)
        {
            await Task.Delay(wait < Pause ? wait : Pause, time, cancellationToken);
        }
    }
}
