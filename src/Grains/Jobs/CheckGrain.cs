namespace Cluster.Grains.Jobs;

/// <summary>See <see cref="ICheckGrain"/>.</summary>
[Reentrant]
[OnCoordinators]
[OnOneCoordinator]
[GrainType("cluster-check")]
internal sealed class CheckGrain(Preparation preparation, GrainOptions options, TimeProvider time) : Grain, ICheckGrain, IDisposable
{
    private readonly CancellationTokenSource _abandoned = new(Timeout.InfiniteTimeSpan, time);
    private Task<WorkResult>? _work;

    public async Task<Carried?> CheckAsync(Carried job, TimeSpan wait, CancellationToken cancellationToken)
    {
        _abandoned.CancelAfter(5 * options.LongestWait);
        _work ??= Task.Run(() => preparation.RunAsync(job.Value<JobEntry>(), _abandoned.Token), CancellationToken.None);
        await Pause.ForAsync(options.Bounded(wait), _work, time, cancellationToken);
        if (!_work.IsCompleted)
        {
            return null;
        }

        DeactivateOnIdle(); // asked for again, it is another check: files of the server may have changed
        return Carried.Of(await _work);
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _abandoned.CancelAsync();
        await Task.WhenAny(_work ?? Task.CompletedTask);
    }

    public void Dispose() => _abandoned.Dispose();
}
