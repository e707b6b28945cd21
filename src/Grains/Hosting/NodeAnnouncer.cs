using Cluster.Grains.Candidates;
using Cluster.Grains.Contracts;
using Cluster.Grains.Nodes;
using Cluster.Grains.Ports;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cluster.Grains.Hosting;

/// <summary>Makes this silo's node known, again and again; when the silo stops, finishes what runs and takes leave.</summary>
internal sealed partial class NodeAnnouncer(
    IGrainFactory grains,
    LocalNode node,
    LocalWork work,
    GrainOptions options,
    TimeProvider time,
    ILogger<NodeAnnouncer> logger) : BackgroundService
{
    // The silo that has the directory may just have been killed: the next announcement finds another.
    private TimeSpan Patience => options.LongestWait + options.CallMargin;

    private INodeDirectoryGrain Directory => grains.GetGrain<INodeDirectoryGrain>(0);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        var drained = node.DrainAsync();
        try
        {
            await Directory.AnnounceAsync(node.Status).WaitAsync(Patience, time, cancellationToken);
            await drained.WaitAsync(cancellationToken);
        }
        catch (Exception failure)
            when (failure is OperationCanceledException or OrleansException or TimeoutException or InvalidOperationException)
        {
            LogHurried(failure.Message);
        }

        await base.StopAsync(CancellationToken.None);
        try
        {
            await Directory.LeaveAsync(node.Id).WaitAsync(Patience, time, CancellationToken.None);
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
#pragma warning disable CA1031 // A node that is silent for good because of one error is worse than any of them.
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

    [LoggerMessage(EventId = 1102, Level = LogLevel.Warning, Message = "What runs on the node was not waited for: {Problem}")]
    private partial void LogHurried(string problem);
}
