namespace Cluster.Grains.Hosting;

/// <summary>
/// Announces this silo's node repeatedly. When the silo stops, its node drains before anything else stops, so that calls are still
/// answered: running work may end, then is stopped and given to other nodes; results are collected; the node leaves.
/// </summary>
internal sealed partial class NodeAnnouncer(
    IGrainFactory grains,
    LocalNode node,
    LocalWork work,
    GrainOptions options,
    TimeProvider time,
    ILogger<NodeAnnouncer> logger) : BackgroundService, IHostedLifecycleService
{
    // The directory's silo may just have been killed: the next announcement finds another.
    private TimeSpan Patience => options.LongestWait + options.CallMargin;

    private INodeDirectoryGrain Directory => grains.GetGrain<INodeDirectoryGrain>(0);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        var drained = node.DrainAsync();
        await TellAsync(() => Directory.AnnounceAsync(node.Status));
        if (!await EndsAsync(drained, options.DrainLimit, cancellationToken))
        {
            await work.StopAllAsync();
            LogHurried(options.DrainLimit.TotalSeconds);
            await EndsAsync(drained, options.CollectLimit, cancellationToken);
        }

        await work.CollectedAsync(options.CollectLimit);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(CancellationToken.None);
        await TellAsync(() => Directory.LeaveAsync(node.Id));
    }

    private async Task<bool> EndsAsync(Task drained, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            await drained.WaitAsync(limit, time, cancellationToken);
            return true;
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    private async Task TellAsync(Func<Task> call)
    {
        try
        {
            await call().WaitAsync(Patience, time, CancellationToken.None);
        }
        catch (Exception failure) when (failure is OrleansException or TimeoutException or InvalidOperationException)
        {
            LogSilent(failure.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.AnnounceEvery, time);
        do
        {
            try
            {
                work.Sweep();
                await Directory.AnnounceAsync(node.Status).WaitAsync(Patience, time, stoppingToken);
            }
#pragma warning disable CA1031 // A node that is silent forever because of one error would be worse than any of them.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                LogSilent(failure.Message);
            }
        }
        while (!stoppingToken.IsCancellationRequested && await WaitAsync(timer, stoppingToken));
    }

    private static async Task<bool> WaitAsync(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(EventId = 1101, Level = LogLevel.Warning, Message = "The node could not be announced and will be again: {Problem}")]
    private partial void LogSilent(string problem);

    [LoggerMessage(EventId = 1102, Level = LogLevel.Warning, Message = "What still ran on the node after {Seconds} s was stopped")]
    private partial void LogHurried(double seconds);
}
