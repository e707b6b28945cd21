using Microsoft.Extensions.Hosting;

namespace Cluster.Silo.Hosting;

/// <summary>What a silo removes now and then, as long as it runs.</summary>
internal abstract class PeriodicSweep(TimeProvider time) : BackgroundService
{
    /// <summary>How often.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromHours(6);

    /// <summary>The silo's clock.</summary>
    protected TimeProvider Time => time;

    /// <summary>Sweeps once; what fails is logged, and tried again the next time.</summary>
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
