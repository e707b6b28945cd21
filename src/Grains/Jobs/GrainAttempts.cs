namespace Cluster.Grains.Jobs;

/// <summary>
/// Runs attempts at a job's work on nodes. The steps: 1. the directory grants a slot (requested repeatedly until there is one); 2. the
/// attempt is journaled with its node, so that every loss is detected; 3. that node starts the work; 4. it is queried repeatedly until the
/// work has ended, which renews the lease; 5. if its node is no longer a member of the cluster, the attempt is lost with its host; without
/// an answer, it is queried again. Runs outside any grain's turns.
/// </summary>
internal sealed partial class GrainAttempts(
    JobEntry job,
    IGrainFactory grains,
    INodeServices nodes,
    GrainCalls calls,
    GrainOptions options,
    JobGrainScope scope,
    TimeProvider time,
    ILogger logger)
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(200);
    private static readonly CandidateReply Gone = new(CandidatePhase.Gone);

    private readonly DurableResults _durable = new(nodes, calls, options, time);
    private int _running;

    public JobEntry Job => job;

    public TimeProvider Time => time;

    /// <summary>Acquires slots for the job's attempts.</summary>
    public SlotAcquisition Slots { get; } = new(job, grains, calls, options, scope, time);

    /// <summary>Waits for the job's client.</summary>
    public GrainScores Scores { get; } = new(job, grains, calls, options, time);

    /// <summary>Whether there is work, and all of it waits for slots.</summary>
    public bool WaitForSlots => Slots.IsRefused && Volatile.Read(ref _running) <= Slots.Waiting;

    /// <summary>Whether no work runs or waits for a slot, as the job's client is to score predictions first.</summary>
    public bool WaitForClient => Scores.IsAwaited && Volatile.Read(ref _running) == 0;

    /// <summary>The job is about to be suspended for its client: no attempt outlasts the run.</summary>
    public void Hold() => scope.IsHeld = true;

    /// <summary>The item's result or failure is durable.</summary>
    public void Recorded(int sequence)
    {
        Slots.Forget(sequence);
        _durable.Recorded(sequence);
    }

    /// <summary>Nodes may forget the results that they keep under these keys.</summary>
    public void Forget(IReadOnlyCollection<string> keys)
    {
        if (keys.Count > 0 && !scope.IsLeft())
        {
            _durable.Forget(keys);
        }
    }

    /// <summary>A speculative attempt is the item's from now on.</summary>
    public void Take(AttemptCourse course, int sequence)
    {
        course.Sequence = sequence;
        _durable.Add(sequence, course);
    }

    /// <summary>The names of the cluster's nodes.</summary>
    public IReadOnlyList<string> Nodes => nodes.Names;

    /// <summary>A node's attempts of the job (<see cref="INodeService.KeptAsync"/>); empty if it does not answer.</summary>
    public async Task<Assignment[]> KeptAsync(string node, CancellationToken cancellationToken) =>
        await calls.TryAsync(
            async _ => await nodes.FindAsync(node) is { } service ? await service.KeptAsync(job.Id) : [], cancellationToken) ?? [];

    /// <summary>Whether an attempt runs, or has ended well, according to its node.</summary>
    public async Task<bool> IsOfUseAsync(string key, CancellationToken cancellationToken) =>
        await LookAsync(key, cancellationToken)
            is { Phase: CandidatePhase.Running } or { Phase: CandidatePhase.Ended, Failure: null, Problem: null };

    /// <summary>Asks a running attempt for its end, and passes it to its follower, whose own answer may be late or lost.</summary>
    /// <returns>Whether it has ended, according to its node.</returns>
    public async Task<bool> HasEndedAsync(AttemptCourse course, CancellationToken cancellationToken)
    {
        var reply = await LookAsync(course.Key!, cancellationToken);
        if (reply is not { Phase: CandidatePhase.Ended })
        {
            return false;
        }

        course.Tell(reply);
        return true;
    }

    /// <summary>Runs one attempt.</summary>
    /// <param name="attempt">The attempt, or a running one that is only followed.</param>
    /// <param name="item">Its work on the node.</param>
    /// <param name="course">Receives its progress.</param>
    /// <param name="cancellationToken">Stops following; also stops the work if the job stops with it, or it is cancelled.</param>
    /// <returns>Its end, or why there is none.</returns>
    public async Task<(CandidateReply? Ended, FailedResult? Failure)> RunAsync(
        Attempt attempt, WorkItem item, AttemptCourse course, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _running);
        try
        {
            return await RunOnceAsync(attempt, item, course, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private async Task<(CandidateReply? Ended, FailedResult? Failure)> RunOnceAsync(
        Attempt attempt, WorkItem item, AttemptCourse course, CancellationToken cancellationToken)
    {
        if (course.Sequence is { } requested)
        {
            _durable.Add(requested, course);
        }

        if (attempt.Node is { } already)
        {
            course.Begin(already, KeyOf(already, item, attempt.Grant), course.Kept);
            var found = await FollowAsync(course, item, cancellationToken);

            // A cluster of one silo loses node and coordinator together: that says nothing about the work there.
            return found.Failure is { Kind: FailureKind.HostLost }
                && Nodes.Count <= 1
                ? Failed(FailureKind.Unavailable, $"It ended with the silo {already}.")
                : found;
        }

        // A resumed job only follows the last of several parallel attempts; the first one's node knows of the first.
        if (attempt.Earlier is { } earlier
            && KeyOf(earlier.Node, item, earlier.Grant) is var known
            && await IsOfUseAsync(known, cancellationToken))
        {
            await attempt.Started(earlier.Node, earlier.Slot, earlier.Grant);
            course.Begin(earlier.Node, known);
            return await FollowAsync(course, item, cancellationToken);
        }

        // 1.
        var grant = await Slots.AcquireAsync(attempt, item, course, cancellationToken);

        // 2.
        try
        {
            await attempt.Started(grant.Node, grant.Device, grant.Id);
            cancellationToken.ThrowIfCancellationRequested();
        }
        catch
        {
            Slots.GiveBack(grant);
            throw;
        }

        // 3.
        var assignment = new Assignment(
            job.Id, item.Id, grant, course.Sequence, attempt.Number, job.Status == JobStatus.Preparing ? Carried.Of(job) : null);
        course.Begin(grant.Node, assignment.Key, grant);
        var carried = Carried.Of(item);
        var end = await FollowAsync(
            course,
            item,
            cancellationToken,
            (candidate, stop) => candidate.BeginAsync(assignment, carried, options.LongestWait, stop));
        if (course.Sequence is { } sequence)
        {
            Slots.Ended(sequence, grant, end.Ended?.Failure);
        }

        return end;
    }

    private string KeyOf(string node, WorkItem item, string? grant) => Assignment.KeyOf(node, job.Id, item.Id, grant);

    private static (CandidateReply? Ended, FailedResult? Failure) Failed(FailureKind kind, string reason) =>
        (null, new FailedResult(kind, reason));

    private async Task<(CandidateReply? Ended, FailedResult? Failure)> FollowAsync(
        AttemptCourse course,
        WorkItem item,
        CancellationToken cancellationToken,
        Func<ICandidateGrain, CancellationToken, Task<CandidateReply>>? begin = null)
    {
        var (node, key, lease) = (course.Node!, course.Key!, options.LeaseOf(item));
        var heard = time.GetTimestamp();
        try
        {
            while (true)
            {
                // 3., 4.
                var asking = AskAsync(
                    key, begin ?? ((candidate, stop) => candidate.WaitAsync(options.LongestWait, stop)), cancellationToken);

                // Ends by itself, with or without an answer.
                await Task.WhenAny((Task)asking, course.Told);
                var reply = course.Told.IsCompleted ? await course.Told : await asking;
                if (reply is not null)
                {
                    // Until then the call that starts it may be on its way, or lost: it is repeated.
                    begin = null;
                    heard = time.GetTimestamp();
                }
                else if (time.GetElapsedTime(heard) > 2 * lease)
                {
                    // It was not queried for that long, so its node has stopped it.
                    return Failed(FailureKind.Unavailable, $"Node {node} did not answer for {2 * lease.TotalSeconds:0} s.");
                }

                switch (reply?.Phase)
                {
                    case CandidatePhase.Ended:
                        return Ended(node, reply);
                    case CandidatePhase.Running:
                        continue;
                    case CandidatePhase.Refused:
                        return Failed(FailureKind.Unavailable, $"Node {node} did not take it: {reply.Problem}.");
                    case CandidatePhase.Unknown:
                        return Failed(FailureKind.Unavailable, $"Node {node} does not know it.");
                    case CandidatePhase.Gone:
                        // 5.
                        return Failed(FailureKind.HostLost, $"Node {node} was lost while it ran there.");
                }

                await Task.Delay(AskAgain, time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (scope.StopsWork)
        {
            await StopAsync(key);
            throw;
        }
        catch (OperationCanceledException) when (scope.IsHeld)
        {
            // Forgotten, so that the job, once resumed, does not count the end as a fault of the node.
            await StopAndForgetAsync(key);
            throw;
        }
        catch (OperationCanceledException) when (course.IsGivenUp || course.IsSpeculative)
        {
            // Not awaited: the item has its result, or is no longer likely.
            _ = StopAndForgetAsync(key);
            throw;
        }
    }

    private Task<CandidateReply?> AskAsync(
        string key, Func<ICandidateGrain, CancellationToken, Task<CandidateReply>> ask, CancellationToken cancellationToken) =>
        calls.TryAsync(
            async stop => await nodes.FindCandidateAsync(key) is { } candidate ? await ask(candidate, stop) : Gone, cancellationToken);

    private Task<CandidateReply?> LookAsync(string key, CancellationToken cancellationToken) =>
        AskAsync(key, (candidate, stop) => candidate.WaitAsync(TimeSpan.Zero, stop), cancellationToken);

    private (CandidateReply? Ended, FailedResult? Failure) Ended(string node, CandidateReply reply)
    {
        var failure = reply.Problem is { } problem
            ? new FailedResult(FailureKind.Unavailable, problem)
            : reply.FailedResult();
        if (Slots.Record(node, failure))
        {
            LogAvoided(job.Id, node, failure!.Reason);
        }

        // If its host is faulty, another node may succeed.
        return reply.Problem is null ? (reply, null) : (null, failure);
    }

    private async Task StopAndForgetAsync(string key)
    {
        if (!scope.IsLeft())
        {
            await StopAsync(key);
            _durable.Forget([key]);
        }
    }

    // If the node cannot be reached, the lease expires, which stops the work too.
    private Task StopAsync(string key) => calls.TellAsync(
        async () => await (await nodes.FindCandidateAsync(key) is { } candidate ? candidate.StopAsync() : Task.CompletedTask));

    [LoggerMessage(
        EventId = 1009,
        Level = LogLevel.Warning,
        Message = "Job {Job} leaves out node {Node} for a while, which fails its work: {Problem}")]
    private partial void LogAvoided(string job, string node, string problem);
}
