using Cluster.Grains.Contracts;

namespace Cluster.Grains.Jobs;

/// <summary>The progress of one attempt, for deciding whether to start another beside it.</summary>
internal sealed class AttemptCourse(TimeProvider time)
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<CandidateReply> _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _begunAt;
    private long? _endedAt;

    /// <summary>The nodes left out by an attempt beside another one, which takes only what is to spare; null for any other.</summary>
    public string[]? Beside { get; init; }

    /// <summary>
    /// The slot of an attempt that an earlier coordinator started before it was asked for; null for any other.
    /// </summary>
    public SlotGrant? Kept { get; init; }

    /// <summary>
    /// Whether it is speculative: it takes only spare slots, and fewer of them. False once the journal names its node, since the next
    /// coordinator may take it up from there.
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

    /// <summary>Completes with its end if another caller than its follower learns of it first.</summary>
    public Task<CandidateReply> Told => _told.Task;

    /// <summary>Time since its work could run, up to its end.</summary>
    public TimeSpan Took => Begun.IsCompleted ? time.GetElapsedTime(_begunAt, _endedAt ?? time.GetTimestamp()) : TimeSpan.Zero;

    /// <summary>Whether its result is no longer wanted: the work is stopped with it.</summary>
    public bool IsGivenUp { get; set; }

    public void Begin(string node, string key, SlotGrant? grant = null)
    {
        (Node, Key, Grant, _begunAt) = (node, key, grant, time.GetTimestamp());
        _begun.TrySetResult();
    }

    /// <summary>Records its end, as its node told it to another caller than its follower.</summary>
    public void Tell(CandidateReply ended) => _told.TrySetResult(ended);

    public void End() => _endedAt = time.GetTimestamp();
}
