using Cluster.Coordinator;
using Cluster.Coordinator.Ports;
using Cluster.Silo.Api;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cluster.Silo.Hosting;

/// <summary>
/// Removes artefacts that no job has named for days: uploads without a job, and what a deletion had to leave. Any number
/// of silos of a cluster may do it.
/// </summary>
/// <param name="keep">How long an artefact that no job names is kept; zero: for ever.</param>
internal sealed partial class ArtefactSweep(
    IArtefactStore artefacts,
    IArtefactClaims claims,
    NamedArtefacts named,
    TimeSpan keep,
    TimeProvider time,
    ILogger<ArtefactSweep> logger)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(6);
    private static readonly TimeSpan PartsKept = TimeSpan.FromDays(1);

    /// <summary>Sweeps once.</summary>
    /// <returns>How many artefacts went.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        artefacts.Tidy(now - PartsKept);
        var unnamed = await artefacts.ListAsync(cancellationToken)
            .Where(artefact => artefact.StoredAt < now - keep)
            .Select(artefact => artefact.Sha256)
            .ToHashSetAsync(StringComparer.Ordinal, cancellationToken);
        await named.ExceptAsync(unnamed, cancellationToken);
        foreach (string sha256 in unnamed)
        {
            await artefacts.RemoveAsync(sha256, cancellationToken);
            await claims.ForgetAsync(sha256, cancellationToken);
        }

        if (unnamed.Count > 0)
        {
            LogSwept(unnamed.Count, keep.TotalDays);
        }

        return unnamed.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (keep == TimeSpan.Zero)
        {
            return;
        }

        using var timer = new PeriodicTimer(Every, time);
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

    private async Task TrySweepAsync(CancellationToken stopping)
    {
        try
        {
            await SweepAsync(stopping);
        }
        catch (Exception failure) when (failure is JobException or IOException or UnauthorizedAccessException or TimeoutException)
        {
            LogUnswept(failure.Message);
        }
    }

    [LoggerMessage(EventId = 2301, Level = LogLevel.Information, Message = "Removed {Count} files that no job has named for {Days} days")]
    private partial void LogSwept(int count, double days);

    [LoggerMessage(
        EventId = 2302, Level = LogLevel.Warning, Message = "Files that no job names could not be removed and will be: {Problem}")]
    private partial void LogUnswept(string problem);
}
