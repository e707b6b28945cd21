namespace Cluster.Grains.Jobs;

/// <summary>
/// Waits for the numbers of a job's client while nothing of its work holds a slot. While it scores as many predictions as are allowed, no
/// further work begins: they are stored until then, and may be large.
/// </summary>
#pragma warning disable CA1001 // Without its wait handle there is nothing to dispose of.
internal sealed class GrainScores(JobEntry job, IGrainFactory grains, GrainCalls calls, GrainOptions options, TimeProvider time)
#pragma warning restore CA1001
{
    // One is scored, the next is there.
    private const int Most = 2;

    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(200);

    private readonly SemaphoreSlim _places = new(Most, Most);
    private int _awaited;

    /// <summary>Whether the client is waited for.</summary>
    public bool IsAwaited => Volatile.Read(ref _awaited) > 0;

    /// <summary>Waits until an item may begin.</summary>
    public async Task EnterAsync(WorkItem item, CancellationToken cancellationToken)
    {
        if (item is AccuracyItem or TestItem && job.Spec.Options.MetricCommand is not null)
        {
            await _places.WaitAsync(cancellationToken);
            _places.Release();
        }
    }

    /// <summary>Waits until put-off work may be repeated, or the client has a problem.</summary>
    /// <param name="unscored">How it ended.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<FailedResult> AwaitAsync(FailedResult unscored, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        Interlocked.Increment(ref _awaited);
        try
        {
            var scores = grains.GetGrain<IScoresGrain>(job.Id);
            while (true)
            {
                var asked = time.GetTimestamp();
                var given = await calls.TryAsync(
                    async stop => (await scores.AwaitAsync(unscored.Predictions!, options.LongestWait, stop))!, cancellationToken);
                if (given is not null)
                {
                    return given.Problem is { } problem ? new FailedResult(FailureKind.Unscored, problem) : unscored;
                }

                if (time.GetElapsedTime(asked) < AskAgain)
                {
                    await Task.Delay(AskAgain, time, cancellationToken);
                }
            }
        }
        finally
        {
            Interlocked.Decrement(ref _awaited);
            _places.Release();
        }
    }
}
