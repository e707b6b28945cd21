namespace Cluster.Grains.Jobs;

/// <summary>A running attempt; cancelled if it is disposed of before its end.</summary>
internal sealed class AttemptRun : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop;
    private CancellationToken _all;
    private CancellationTokenRegistration _with;

    /// <param name="attempts">Makes it.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="item">Its work on the node.</param>
    /// <param name="course">Its progress.</param>
    /// <param name="all">Stops following; the work continues, for the next coordinator.</param>
    public AttemptRun(GrainAttempts attempts, Attempt attempt, WorkItem item, AttemptCourse course, CancellationToken all)
    {
        (Attempt, Course, _all) = (attempt, course, all);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(all);
        Task = RunAsync(attempts, attempt, item);
    }

    public Attempt Attempt { get; }

    public AttemptCourse Course { get; }

    public Task<(CandidateReply? Ended, FailedResult? Failure)> Task { get; }

    public bool IsMachinesFailure => Task.IsCompletedSuccessfully
        && (Task.Result.Failure ?? Task.Result.Ended?.FailedResult())?.Kind is { } kind
        && kind.IsInfrastructure()
        && kind != FailureKind.Unscored;

    /// <summary>Also stops following when the caller stops; the work continues, as above.</summary>
    public void StopWith(CancellationToken asking) => (_all, _with) = (asking, asking.Register(_stop.Cancel));

    public async ValueTask DisposeAsync()
    {
        await _with.DisposeAsync();
        Course.IsGivenUp = !_all.IsCancellationRequested;
        await _stop.CancelAsync();
        await System.Threading.Tasks.Task.WhenAny(Task);
        _stop.Dispose();
    }

    private async Task<(CandidateReply? Ended, FailedResult? Failure)> RunAsync(GrainAttempts attempts, Attempt attempt, WorkItem item)
    {
        try
        {
            return await attempts.RunAsync(attempt, item, Course, _stop.Token);
        }
        finally
        {
            Course.End();
        }
    }
}
