namespace Cluster.Silo.Hosting;

/// <summary>A periodic cleanup, for as long as the silo runs.</summary>
internal abstract class PeriodicSweep(TimeProvider time) : BackgroundService
{
    /// <summary>The period.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromHours(6);

    /// <summary>The silo's clock.</summary>
    protected TimeProvider Time => time;

    /// <summary>Sweeps once; failures are logged, and retried at the next sweep.</summary>
    protected abstract Task TrySweepAsync(CancellationToken stopping);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, Time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TrySweepAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }
}
