namespace Cluster.Grains.Jobs;

/// <summary>The progress of one attempt, for deciding whether to start another beside it.</summary>
internal sealed class AttemptCourse(TimeProvider time, int? sequence = null)
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<CandidateReply> _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _begunAt;
    private long? _endedAt;

    /// <summary>
    /// The nodes whose machines are excluded by an attempt parallel to another one, which only takes spare slots; null for any other.
    /// </summary>
    public string[]? Beside { get; init; }

    /// <summary>The slot of a speculative attempt started by an earlier coordinator; null for any other.</summary>
    public SlotGrant? Kept { get; init; }

    /// <summary>Its item's number; null while it is speculative.</summary>
    public int? Sequence { get; set; } = sequence;

    /// <summary>
    /// Whether it is speculative: it only takes spare slots, and fewer of them. False once the journal names its node, since the next
    /// coordinator may continue it from there.
    /// </summary>
    public bool IsSpeculative => Sequence is null;

    /// <summary>Completes once its work may run.</summary>
    public Task Begun => _begun.Task;

    /// <summary>The node where its work runs; null before it has started.</summary>
    public string? Node { get; private set; }

    /// <summary>Its slot; null before, and for an attempt started by an earlier coordinator.</summary>
    public SlotGrant? Grant { get; private set; }

    /// <summary>Its <see cref="Assignment.Key"/>; null before it has started.</summary>
    public string? Key { get; private set; }

    /// <summary>Completes when another caller than its follower learns its result first.</summary>
    public Task<CandidateReply> Told => _told.Task;

    /// <summary>Time since its work could run, up to its end.</summary>
    public TimeSpan Took => Begun.IsCompleted ? time.GetElapsedTime(_begunAt, _endedAt ?? time.GetTimestamp()) : TimeSpan.Zero;

    /// <summary>Whether its result is no longer needed: then the work is stopped with it.</summary>
    public bool IsGivenUp { get; set; }

    public void Begin(string node, string key, SlotGrant? grant = null)
    {
        (Node, Key, Grant, _begunAt) = (node, key, grant, time.GetTimestamp());
        _begun.TrySetResult();
    }

    /// <summary>Records its end, as its node reported it to a caller other than its follower.</summary>
    public void Tell(CandidateReply ended) => _told.TrySetResult(ended);

    public void End() => _endedAt = time.GetTimestamp();
}
