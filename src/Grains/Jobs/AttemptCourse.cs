using Cluster.Grains.Contracts;

namespace Cluster.Grains.Jobs;

/// <summary>One attempt on its way, as whoever may begin another beside it sees it.</summary>
internal sealed class AttemptCourse(TimeProvider time)
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<CandidateReply> _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _begunAt;
    private long? _endedAt;

    /// <summary>The nodes left out by an attempt beside another one, which takes only what is to spare; null for any other.</summary>
    public string[]? Beside { get; init; }

    /// <summary>
    /// The slot that an attempt was given which an earlier coordinator began before anybody asked for it; null for any other.
    /// </summary>
    public SlotGrant? Kept { get; init; }

    /// <summary>
    /// Whether its work may never be asked for: it takes only what is to spare, and a little less of that. No more once the journal names
    /// its node: whoever coordinates next may take it up then.
    /// </summary>
    public bool IsAhead { get; set; }

    /// <summary>Completes once its work may run.</summary>
    public Task Begun => _begun.Task;

    /// <summary>Where its work runs; null before it has begun.</summary>
    public string? Node { get; private set; }

    /// <summary>The slot that it was given; null before, and for an attempt that an earlier coordinator began.</summary>
    public SlotGrant? Grant { get; private set; }

    /// <summary>What its node calls it, by <see cref="Assignment.Key"/>; null before it has begun.</summary>
    public string? Key { get; set; }

    /// <summary>Completes with its end where somebody else than its follower heard of it first.</summary>
    public Task<CandidateReply> Told => _told.Task;

    /// <summary>Time since its work could run, up to its end.</summary>
    public TimeSpan Took => Begun.IsCompleted ? time.GetElapsedTime(_begunAt, _endedAt ?? time.GetTimestamp()) : TimeSpan.Zero;

    /// <summary>Whether nobody wants its result any more: what runs is stopped with it.</summary>
    public bool IsGivenUp { get; set; }

    public void Begin(string node, string key, SlotGrant? grant = null)
    {
        (Node, Key, Grant, _begunAt) = (node, key, grant, time.GetTimestamp());
        _begun.TrySetResult();
    }

    /// <summary>Takes in its end, as its node said it to somebody else than its follower.</summary>
    public void Tell(CandidateReply ended) => _told.TrySetResult(ended);

    public void End() => _endedAt = time.GetTimestamp();
}
