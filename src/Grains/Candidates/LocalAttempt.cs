using Cluster.Grains.Contracts;

namespace Cluster.Grains.Candidates;

/// <summary>An attempt at work on this silo, or one that ended here and whose result may still be asked for.</summary>
internal sealed class LocalAttempt(Assignment assignment, long now, TimeSpan lease) : IDisposable
{
    private long _asked = now;
    private int _told;

    public Assignment Assignment => assignment;

    public CancellationTokenSource Stop { get; } = new();

    /// <summary>Its end; never fails. Does not end before it is set.</summary>
    public Task<CandidateReply> Work { get; set; } = new TaskCompletionSource<CandidateReply>().Task;

    /// <summary>Whether it runs or has a result, which is no failure.</summary>
    public bool IsOfUse => Work is { IsCompleted: false } or { IsCompletedSuccessfully: true, Result: { Failure: null, Problem: null } };

    /// <summary>How long it may go without being asked about before it is stopped.</summary>
    public TimeSpan Lease => lease;

    /// <summary>When it was last asked about, as a timestamp of the clock.</summary>
    public long Asked => Interlocked.Read(ref _asked);

    /// <summary>Whether its result has been given to a caller.</summary>
    public bool IsTold => Volatile.Read(ref _told) != 0;

    public void Renew(long at) => Interlocked.Exchange(ref _asked, at);

    public void Tell() => Volatile.Write(ref _told, 1);

    public void Dispose() => Stop.Dispose();
}
