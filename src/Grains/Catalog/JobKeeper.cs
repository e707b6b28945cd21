namespace Cluster.Grains.Catalog;

/// <summary>
/// Each silo's part in keeping the cluster's jobs running: whichever silos are left, a job that lost its coordinator gets another as soon
/// as the loss is known, and the catalogue itself, which looks after the jobs, stays active somewhere.
/// </summary>
internal sealed partial class JobKeeper(
    IGrainFactory grains,
    MemberChanges members,
    GrainOptions options,
    TimeProvider time,
    ILogger<JobKeeper> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                var change = members.Next;
                for (var times = 1; !await KeepAsync(times, stoppingToken); times++)
                {
                    await Task.Delay(options.KeepAliveEvery, time, stoppingToken);
                }

                await change.WaitAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            LogStopped();
        }
    }

    private async Task<bool> KeepAsync(int times, CancellationToken stopping)
    {
        try
        {
            await grains.GetGrain<IJobCatalogGrain>(0).KeepAliveAsync().WaitAsync(options.LongestWait + options.CallMargin, time, stopping);
            return true;
        }
#pragma warning disable CA1031 // The fault may be temporary; if the keeper ended, jobs would stay without a coordinator.
        catch (Exception failure) when (!stopping.IsCancellationRequested)
#pragma warning restore CA1031
        {
            if (times == 1)
            {
                LogUnkept(failure.Message);
            }

            return false;
        }
    }

    [LoggerMessage(EventId = 1302, Level = LogLevel.Warning, Message = "Jobs could not be looked after and will be again: {Problem}")]
    private partial void LogUnkept(string problem);

    [LoggerMessage(EventId = 1303, Level = LogLevel.Debug, Message = "This silo no longer looks after jobs")]
    private partial void LogStopped();
}
