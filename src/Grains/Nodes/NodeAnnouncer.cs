using Cluster.Grains.Contracts;
using Cluster.Grains.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cluster.Grains.Nodes;

/// <summary>Makes this silo's node known, again and again; when the silo stops, finishes what runs and takes leave.</summary>
internal sealed partial class NodeAnnouncer(IGrainFactory grains, LocalNode node, GrainOptions options, TimeProvider time, ILogger<NodeAnnouncer> logger) : BackgroundService
{
    private INodeDirectoryGrain Directory => grains.GetGrain<INodeDirectoryGrain>(0);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        var drained = node.DrainAsync();
        try
        {
            await Directory.AnnounceAsync(node.Status);
            await drained.WaitAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is OperationCanceledException or OrleansException or TimeoutException)
        {
            LogHurried(failure.Message);
        }

        await base.StopAsync(CancellationToken.None);
        try
        {
            await Directory.LeaveAsync(node.Id);
        }
        catch (Exception failure) when (failure is OrleansException or TimeoutException)
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
                // The first of these calls places the node's grain on this silo.
                await grains.GetGrain<INodeGrain>(node.Id).GetAsync();
                await Directory.AnnounceAsync(node.Status);
            }
            catch (Exception failure) when (failure is OrleansException or TimeoutException or InvalidOperationException)
            {
                LogSilent(failure.Message);
            }
        }
        while (await WaitAsync(timer, stoppingToken));
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
