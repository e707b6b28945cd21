namespace Cluster.Grains.Candidates;

/// <summary>An attempt that runs on this silo, or one that ended here and whose result may still be requested.</summary>
internal sealed class LocalAttempt(Assignment assignment, long now, TimeSpan lease) : IDisposable
{
    private long _asked = now;

    public Assignment Assignment => assignment;

    public CancellationTokenSource Stop { get; } = new();

    /// <summary>Its end; never fails. It does not complete before it is set.</summary>
    public Task<CandidateReply> Work { get; set; } = new TaskCompletionSource<CandidateReply>().Task;

    /// <summary>Whether it runs or has a result that is not a failure.</summary>
    public bool IsOfUse => Work is { IsCompleted: false } or { IsCompletedSuccessfully: true, Result: { Failure: null, Problem: null } };

    /// <summary>The time without a query after which it is stopped.</summary>
    public TimeSpan Lease => lease;

    /// <summary>The time of the last query, as a timestamp of the clock.</summary>
    public long Asked => Interlocked.Read(ref _asked);

    public void Renew(long at) => Interlocked.Exchange(ref _asked, at);

    public void Dispose() => Stop.Dispose();
}
