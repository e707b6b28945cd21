using Cluster.Evaluation.Nodes.Data;

namespace Cluster.Silo.Hosting;

/// <summary>
/// Periodically removes cached data of this machine that was not used for long, or is above its limit, and also what killed processes left,
/// for the first time at the start.
/// </summary>
internal sealed partial class CacheSweep(NodeFolders folders, TimeProvider time, ILogger<CacheSweep> logger) : PeriodicSweep(time)
{
    /// <summary>How long data stays after a job last used it; the same as for results that jobs share.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // A killed node restarts with its leftovers, and may not live until the first sweep.
        CollectTemporary();
        return base.StartAsync(cancellationToken);
    }

    /// <summary>Sweeps once.</summary>
    public void Sweep()
    {
        CollectTemporary();
        Sweep("unpacked data", folders.DataRoom);
        Sweep("calibration statistics", folders.CalibrationRoom);
    }

    protected override Task TrySweepAsync(CancellationToken stopping)
    {
        Sweep();
        return Task.CompletedTask;
    }

    private void CollectTemporary()
    {
        try
        {
            foreach (string name in TemporaryFolder.Collect(folders.Temporary))
            {
                LogLeft(name);
            }
        }
        catch (Exception failure) when (failure is JobException or IOException or UnauthorizedAccessException)
        {
            LogUnswept("temporary folders", failure.Message);
        }
    }

    private void Sweep(string what, CacheRoom room)
    {
        try
        {
            foreach (string name in room.Tidy(Time.GetUtcNow() - Kept))
            {
                LogRemoved(what, name, Kept.Days);
            }
        }
        catch (Exception failure) when (failure is JobException or IOException or UnauthorizedAccessException)
        {
            LogUnswept(what, failure.Message);
        }
    }

    [LoggerMessage(EventId = 2304, Level = LogLevel.Information, Message = "Removed {What} {Name}: no job used them for {Days} days")]
    private partial void LogRemoved(string what, string name, int days);

    [LoggerMessage(EventId = 2306, Level = LogLevel.Information, Message = "Removed {Name}: the process that made it was killed")]
    private partial void LogLeft(string name);

    [LoggerMessage(EventId = 2305, Level = LogLevel.Warning, Message = "Old {What} could not be removed and will be: {Problem}")]
    private partial void LogUnswept(string what, string problem);
}
