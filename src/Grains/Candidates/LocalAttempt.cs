namespace Cluster.Grains.Candidates;

/// <summary>An attempt that runs on this silo, or one that ended here and whose result may still be requested. Thread-safe.</summary>
internal sealed class LocalAttempt(Assignment assignment, TimeSpan lease, GrainOptions options, TimeProvider time) : IDisposable
{
    private readonly TaskCompletionSource _dropped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _asked = time.GetTimestamp();

    public Assignment Assignment => assignment;

    public CancellationTokenSource Stop { get; } = new();

    /// <summary>Its end; never fails. It does not complete before it is set.</summary>
    public Task<CandidateReply> Work { get; set; } = new TaskCompletionSource<CandidateReply>().Task;

    /// <summary>Completes when its result is kept no longer.</summary>
    public Task Dropped => _dropped.Task;

    /// <summary>Whether it runs or has a result that is not a failure.</summary>
    public bool IsOfUse => Work is { IsCompleted: false } or { IsCompletedSuccessfully: true, Result: { Failure: null, Problem: null } };

    /// <summary>The time without a query after which it is stopped.</summary>
    public TimeSpan Lease => lease;

    /// <summary>The time of the last query, as a timestamp of the clock.</summary>
    public long Asked => Interlocked.Read(ref _asked);

    /// <summary>Renews the lease and waits for the end.</summary>
    public async Task<CandidateReply> WaitAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        Interlocked.Exchange(ref _asked, time.GetTimestamp());
        if (!Work.IsCompleted)
        {
            await Pause.ForAsync(options.Bounded(wait), Work, time, cancellationToken);
        }

        return Work.IsCompleted ? await Work : new CandidateReply(CandidatePhase.Running);
    }

    /// <summary>Stops the work; waits a while for its end.</summary>
    public async Task StopAsync()
    {
        await Stop.CancelAsync();
        await Pause.ForAsync(options.LongestWait, Work, time);
    }

    public void Dispose()
    {
        _dropped.TrySetResult();
        Stop.Dispose();
    }
}
