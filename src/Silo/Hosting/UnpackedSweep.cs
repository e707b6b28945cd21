using Cluster.Coordinator;
using Cluster.Evaluation.Nodes.Data;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cluster.Silo.Hosting;

/// <summary>Removes now and then what was unpacked on this machine and was not used for long, or is above its limit.</summary>
internal sealed partial class UnpackedSweep(UnpackedRoom room, TimeProvider time, ILogger<UnpackedSweep> logger) : BackgroundService
{
    /// <summary>How often.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromHours(6);

    /// <summary>How long data stay after a job last opened them; as long as results that jobs share.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>Sweeps once.</summary>
    public void Sweep()
    {
        try
        {
            foreach (string sha256 in room.Tidy(time.GetUtcNow() - Kept))
            {
                LogRemoved(sha256, Kept.Days);
            }
        }
        catch (Exception failure) when (failure is JobException or IOException or UnauthorizedAccessException)
        {
            LogUnswept(failure.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Sweep();
            }
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }

    [LoggerMessage(
        EventId = 2304, Level = LogLevel.Information, Message = "Removed unpacked data {Sha256}: no job opened them for {Days} days")]
    private partial void LogRemoved(string sha256, int days);

    [LoggerMessage(EventId = 2305, Level = LogLevel.Warning, Message = "Unpacked data could not be removed and will be: {Problem}")]
    private partial void LogUnswept(string problem);
}
