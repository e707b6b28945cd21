namespace Cluster.Silo.Hosting;

/// <summary>
/// Periodically removes what the retention rules no longer keep, and what killed writers left. Several silos of a cluster may do it.
/// </summary>
internal sealed partial class ArtefactSweep(
    IArtefactStore artefacts, Collector collector, RetentionRules rules, TimeProvider time, ILogger<ArtefactSweep> logger)
    : PeriodicSweep(time)
{
    private static readonly TimeSpan PartsKept = TimeSpan.FromDays(1);

    /// <summary>Sweeps once.</summary>
    /// <returns>What was removed.</returns>
    public async Task<CollectionPlan> SweepAsync(CancellationToken cancellationToken)
    {
        artefacts.Tidy(Time.GetUtcNow() - PartsKept);
        if (!rules.IsAny)
        {
            return new CollectionPlan([], StoredBytes: 0);
        }

        var plan = await collector.PlanAsync(rules, cancellationToken);
        await collector.RemoveAsync(plan, cancellationToken);
        foreach (var item in plan.Items)
        {
            LogRemoved(item.JobFiles is null ? "file" : "job", item.Id, item.Bytes, item.Reason);
        }

        return plan;
    }

    protected override async Task TrySweepAsync(CancellationToken stopping)
    {
        try
        {
            await SweepAsync(stopping);
        }
        catch (Exception failure) when (
            failure is JobException or RpcException or IOException or UnauthorizedAccessException or TimeoutException)
        {
            LogUnswept(failure.Message);
        }
    }

    [LoggerMessage(EventId = 2301, Level = LogLevel.Information, Message = "Removed {Kind} {Id} ({Bytes} bytes): {Reason}")]
    private partial void LogRemoved(string kind, string id, long bytes, string reason);

    [LoggerMessage(
        EventId = 2302, Level = LogLevel.Warning, Message = "What retention lets go could not be removed and will be: {Problem}")]
    private partial void LogUnswept(string problem);
}
