namespace Cluster.Grains.Candidates;

/// <summary>
/// The attempts on this silo, each hosted by its candidate grain: passes them to their slots, and lists them. A result is kept until its
/// coordinator says that it is durable, because the answer may have been lost on its way, or its reader. This state is lost with the silo,
/// which only costs time. Thread-safe.
/// </summary>
internal sealed partial class LocalWork(
    INodeHost host,
    LocalNode node,
    JobEntries entries,
    IJobStore store,
    IGrainFactory grains,
    GrainOptions options,
    TimeProvider time,
    ILogger<LocalWork> logger)
{
    private const string Stopped = "It was stopped.";
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);

    // The longest delay of a call that starts work: within it, a forgotten attempt is not started again by a repeated call.
    private static readonly TimeSpan LongestWay = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, LocalAttempt> _attempts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _over = new(StringComparer.Ordinal); // by key

    /// <summary>Starts an attempt at an item; a known one continues.</summary>
    /// <returns>Why it is refused, or null.</returns>
    public CandidateReply? Begin(Assignment assignment, WorkItem item, out LocalAttempt? attempt)
    {
        if (_attempts.TryGetValue(assignment.Key, out attempt))
        {
            return null;
        }

        if ((_over.ContainsKey(assignment.Key) ? "its assignment is already completed" : node.TryOccupy(assignment)) is { } problem)
        {
            return new CandidateReply(CandidatePhase.Refused, Problem: problem);
        }

        var begun = new LocalAttempt(assignment, options.LeaseOf(item), options, time);
        attempt = _attempts.GetOrAdd(assignment.Key, begun);
        if (attempt == begun)
        {
            begun.Work = Task.Run(() => RunAsync(assignment, item, begun.Stop.Token));
        }

        return null;
    }

    /// <summary>A known attempt, or null.</summary>
    public LocalAttempt? Find(string key) => _attempts.GetValueOrDefault(key);

    /// <summary>A job's attempts that run or have ended well, and were not forgotten.</summary>
    public Assignment[] Kept(string job) =>
    [
        .. _attempts.Values
            .Where(known => known.IsOfUse && string.Equals(known.Assignment.Job, job, StringComparison.Ordinal))
            .Select(known => known.Assignment)
    ];

    /// <summary>Drops results that are durable elsewhere; a late call does not start such an attempt again.</summary>
    public void Forget(IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            if (_attempts.TryGetValue(key, out var known) && known.Work.IsCompleted)
            {
                _over[key] = time.GetTimestamp();
                Drop(known);
            }
        }
    }

    /// <summary>Keeps an attempt no longer.</summary>
    public void Drop(LocalAttempt attempt)
    {
        _attempts.TryRemove(KeyValuePair.Create(attempt.Assignment.Key, attempt));
        attempt.Dispose();
    }

    /// <summary>Stops running work: the node leaves, and others repeat it.</summary>
    public async Task StopAllAsync()
    {
        foreach (var (key, known) in _attempts)
        {
            if (!known.Work.IsCompleted)
            {
                LogDrained(key);
                await known.Stop.CancelAsync();
            }
        }
    }

    /// <summary>Waits until every result is durable elsewhere: told is not enough, as its coordinator may stop with this silo.</summary>
    public async Task CollectedAsync(TimeSpan limit)
    {
        var began = time.GetTimestamp();
        while (_attempts.Values.Any(known => known.IsOfUse) && time.GetElapsedTime(began) < limit)
        {
            await Task.Delay(Glance, time);
        }
    }

    /// <summary>Stops attempts whose lease has expired and forgets old results. Called every second or two.</summary>
    public void Sweep()
    {
        foreach (var (key, known) in _attempts)
        {
            var silence = time.GetElapsedTime(known.Asked);
            if (known.Work.IsCompleted)
            {
                if (silence > options.ResultsKept)
                {
                    Drop(known);
                }
            }
            else if (silence > known.Lease && !known.Stop.IsCancellationRequested)
            {
                LogExpired(key, known.Lease.TotalSeconds);
                known.Stop.Cancel();
            }
        }

        foreach (var (key, _) in _over.Where(over => time.GetElapsedTime(over.Value) > LongestWay))
        {
            _over.TryRemove(key, out var _);
        }

        var kept = _attempts.Values.Where(known => known.Work.IsCompleted).ToArray();
        foreach (var known in kept.OrderBy(known => known.Asked).Take(Math.Max(0, kept.Length - options.MostResults)))
        {
            Drop(known);
        }
    }

    private async Task<CandidateReply> RunAsync(Assignment assignment, WorkItem item, CancellationToken stop)
    {
        using var scope = logger.BeginScope(new Dictionary<string, object>(StringComparer.Ordinal) { ["attempt"] = assignment.Attempt });
        CandidateReply reply;
        try
        {
            var job = assignment.Unprepared?.Value<JobEntry>() ?? await entries.GetAsync(assignment.Job, stop);
            reply = await MeasureAsync(assignment, job, item, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            reply = CandidateReply.Of(new FailedResult(FailureKind.Unavailable, Stopped));
        }
#pragma warning disable CA1031 // For any fault in the host's work, the job's coordinator decides what follows.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogFault(fault, assignment.Key);
            reply = new CandidateReply(CandidatePhase.Ended, Problem: fault.Message);
        }

        var deviceProblem = reply.Failure == FailureKind.DeviceError ? reply.FailedResult()!.Reason : null;
        if (node.Record(assignment.Grant.Slot, deviceProblem))
        {
            LogDeviceFails(assignment.Grant.Device, deviceProblem!);
        }

        node.Free(assignment.Grant);

        // Not awaited: the loss of a directory must not delay the result.
        _ = ReleaseAsync(assignment.Grant);
        return reply;
    }

    private async Task<CandidateReply> MeasureAsync(Assignment assignment, JobEntry job, WorkItem item, CancellationToken stop)
    {
        LogMeasures(assignment.Key, assignment.Item);
        var journal = item is PublishItem ? await store.ReadJournalAsync(job.Id, stop) : [];
        var result = await host.ExecuteAsync(assignment.Grant.Slot, job, item, journal, stop);
        LogMeasured(assignment.Key, assignment.Item, (result as FailedResult)?.Kind.ToString() ?? "a result");
        return CandidateReply.Of(result);
    }

    private async Task ReleaseAsync(SlotGrant grant)
    {
        try
        {
            await grains.GetGrain<INodeDirectoryGrain>(0).ReleaseAsync(grant);
        }
#pragma warning disable CA1031 // The node's next announcement repeats it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogUnreleased(grant.Id, failure.Message);
        }
    }

    [LoggerMessage(EventId = 1201, Level = LogLevel.Error, Message = "The work of {Attempt} broke")]
    private partial void LogFault(Exception fault, string attempt);

    [LoggerMessage(
        EventId = 1202, Level = LogLevel.Warning, Message = "The slot of grant {Grant} could not be given back at once: {Problem}")]
    private partial void LogUnreleased(string grant, string problem);

    [LoggerMessage(
        EventId = 1205, Level = LogLevel.Error, Message = "{Device} fails repeatedly; excluded for a while: {Problem}")]
    private partial void LogDeviceFails(string device, string problem);

    [LoggerMessage(
        EventId = 1204, Level = LogLevel.Information, Message = "{Attempt} did not end before the node's time was up: others take it up")]
    private partial void LogDrained(string attempt);

    [LoggerMessage(EventId = 1206, Level = LogLevel.Debug, Message = "{Attempt} measures {Item}")]
    private partial void LogMeasures(string attempt, string item);

    [LoggerMessage(EventId = 1207, Level = LogLevel.Debug, Message = "{Attempt} measured {Item}: {Outcome}")]
    private partial void LogMeasured(string attempt, string item, string outcome);

    [LoggerMessage(EventId = 1203, Level = LogLevel.Warning, Message = "{Attempt} was not asked about for {Seconds} s: it is stopped")]
    private partial void LogExpired(string attempt, double seconds);
}
