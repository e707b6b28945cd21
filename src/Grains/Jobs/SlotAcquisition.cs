namespace Cluster.Grains.Jobs;

/// <summary>
/// Acquires slots for a job's attempts from the directory, with repeated requests until there is one: a few at a time, because all attempts
/// want the same and each request is a message. If no slot comes for a while, a single request with a longer wait stands for all: of a
/// thousand jobs that wait for the same slots, each then sends one request in six seconds, not four in two. If no node could ever serve the
/// request, it reports that and continues, because nodes may join.
/// </summary>
internal sealed class SlotAcquisition(
    JobEntry job, IGrainFactory grains, GrainCalls calls, GrainOptions options, JobGrainScope scope, TimeProvider time)
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(200);

    // The cause of a node's slowness may be gone by then; if not, one more item takes long there.
    private static readonly TimeSpan SlowFor = TimeSpan.FromMinutes(10);

    // Per kind. With only one, the next slot would wait for the last one's message, which is acceptable for speculative work: of a thousand
    // jobs in a busy cluster, all those requests would stand in the directory.
    private const int AskingAtOnce = 4;

    // A request without a slot as its answer waits longer the next time, up to this multiple of the first wait. The wait stays below the
    // silos' response timeout.
    private const int MostPatience = 3;

    private readonly ConcurrentDictionary<string, AcquireBatcher> _asking = new(StringComparer.Ordinal);
    private readonly NodeScores _scores = new(options, time);
    private readonly SlotRequests _requests = new(job);

    // By item, the slots whose device failed it, and slots that were much slower than others: only in this process, because only time
    // depends on it.
    private readonly ConcurrentDictionary<int, string[]> _avoided = new();
    private readonly ConcurrentDictionary<string, long> _slow = new(StringComparer.Ordinal);
    private int _waiting;
    private int _refused;

    /// <summary>What all attempts need of a slot; null: what the prepared job says.</summary>
    public SlotNeeds? Needs { get; set; }

    /// <summary>Attempts that wait for a slot.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Whether the directory had no slot for one of them, which is needed.</summary>
    public bool IsRefused => Volatile.Read(ref _refused) > 0;

    private INodeDirectoryGrain Directory => grains.GetGrain<INodeDirectoryGrain>(0);

    /// <summary>Acquires a slot for an attempt, as soon as there is one.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="item">Its work.</param>
    /// <param name="course">Says whether it only takes spare slots, and which nodes to exclude then.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<SlotGrant> AcquireAsync(
        Attempt attempt, WorkItem item, AttemptCourse course, CancellationToken cancellationToken)
    {
        var asking = _asking.GetOrAdd(
            $"{item.Place} {item.Kind} {attempt.Alone} {course.IsSpeculative} {string.Join(' ', course.Beside ?? [])}",
            _ => new AcquireBatcher(course.IsSpeculative ? 1 : AskingAtOnce));
        Interlocked.Increment(ref _waiting);
        try
        {
            await asking.All.WaitAsync(cancellationToken);
            try
            {
                return await AskAsync(attempt, item, course, asking.Patient, cancellationToken);
            }
            finally
            {
                asking.All.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Records how an attempt ended on a node.</summary>
    public bool Record(string node, FailedResult? failure) => _scores.Record(node, failure);

    /// <summary>
    /// An attempt at an item ended: the item prefers another slot from now on if the device failed it, another node, to confirm it, if the
    /// network could not be executed there.
    /// </summary>
    public void Ended(int sequence, SlotGrant grant, FailureKind? failure)
    {
        if (failure is FailureKind.DeviceError or FailureKind.UnsupportedOperator)
        {
            Avoid(sequence, failure == FailureKind.DeviceError ? NameOf(grant) : grant.Node);
        }
    }

    /// <summary>An item prefers other slots than this one, or of other nodes than this one.</summary>
    public void Avoid(int sequence, string bad) =>
        _avoided.AddOrUpdate(sequence, [bad], (_, known) => [.. known.Union([bad], StringComparer.Ordinal)]);

    /// <summary>Others were much faster than this slot, which is used for a while only if the cluster has no other.</summary>
    public void IsSlow(SlotGrant grant) => _slow[NameOf(grant)] = time.GetTimestamp();

    /// <summary>The slot was as fast as others.</summary>
    public void IsNotSlow(SlotGrant grant) => _slow.TryRemove(NameOf(grant), out _);

    /// <summary>An item has ended.</summary>
    public void Forget(int sequence) => _avoided.TryRemove(sequence, out _);

    /// <summary>Returns an unneeded slot; if this message is lost, the directory reclaims it by itself, but later.</summary>
    public void GiveBack(SlotGrant grant) => _ = calls.TellAsync(() => Directory.ReleaseAsync(grant));

    private async Task<SlotGrant> AskAsync(
        Attempt attempt, WorkItem item, AttemptCourse course, SemaphoreSlim patient, CancellationToken cancellationToken)
    {
        var isSpare = course.IsSpeculative || course.Beside is not null;
        var since = time.GetTimestamp();
        var explained = since;
        var asked = 0;
        var refused = false;
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var request = RequestOf(attempt, item, course, isSpare) with { Waited = time.GetElapsedTime(since) };
                var wait = options.LongestWait * (isSpare || attempt.Alone ? 1 : Math.Clamp(asked, 1, MostPatience));
                var began = time.GetTimestamp();
                if (await calls.TryAsync<SlotGrant>(
                    stop => Directory.AcquireAsync(request, wait, stop)!, cancellationToken, wait + options.CallMargin) is { } grant)
                {
                    await scope.Schedulable();
                    return grant;
                }

                if (!isSpare && !refused)
                {
                    refused = true;
                    Interlocked.Increment(ref _refused);
                }

                if (!isSpare && time.GetElapsedTime(explained) >= options.ExplainedAfter)
                {
                    explained = time.GetTimestamp();
                    await ExplainAsync(request, cancellationToken);
                }

                // "No slot" comes after a wait; "no answer" may come at once.
                if (time.GetElapsedTime(began) < AskAgain)
                {
                    await Task.Delay(AskAgain, time, cancellationToken);
                }

                if (asked == 0)
                {
                    await patient.WaitAsync(cancellationToken);
                }

                asked++;
            }
        }
        finally
        {
            if (refused)
            {
                Interlocked.Decrement(ref _refused);
            }

            if (asked > 0)
            {
                patient.Release();
            }
        }
    }

    private SlotRequest RequestOf(Attempt attempt, WorkItem item, AttemptCourse course, bool isSpare)
    {
        var request = _requests.Of(item.Place, item.Kind, attempt.Alone);
        return request with
        {
            Needs = Needs ?? request.Needs,
            Excluded = _scores.Excluded,
            Beside = course.Beside,
            Avoided = _avoided.GetValueOrDefault(attempt.Sequence),
            Slow = Slow(),
            IsSpare = isSpare,
            IsSpeculative = course.IsSpeculative,
        };
    }

    private static string NameOf(SlotGrant grant) => $"{grant.Node}/{grant.Device}";

    private string[]? Slow()
    {
        string[] slow = [.. _slow.Where(slot => time.GetElapsedTime(slot.Value) < SlowFor).Select(slot => slot.Key)];
        return slow.Length == 0 ? null : slow;
    }

    private async Task ExplainAsync(SlotRequest request, CancellationToken cancellationToken)
    {
        var answer = await calls.TryAsync(async _ => new Explanation(await Directory.ExplainAsync(request)), cancellationToken);
        if (answer is { Reason: { } reason })
        {
            var why = _scores.Why;
            await scope.Unschedulable(why.Length > 0 ? $"{reason} {why}" : reason);
        }
        else if (answer is not null)
        {
            await scope.Schedulable();
        }
    }

    private sealed record Explanation(string? Reason);

    // Per kind: the current requests, and the single one that remains if none has had a slot for a while.
    private sealed class AcquireBatcher(int atOnce)
    {
        public SemaphoreSlim All { get; } = new(atOnce);

        public SemaphoreSlim Patient { get; } = new(1);
    }
}
