namespace Cluster.Silo.Telemetry;

/// <summary>A node whose attempts are traced, timed and logged.</summary>
internal sealed partial class MeteredNodeHost : INodeHost
{
    private readonly INodeHost _node;
    private readonly SiloMetrics _metrics;
    private readonly ILogger<MeteredNodeHost> _logger;
    private readonly SlotLoad[] _slots;

    public MeteredNodeHost(INodeHost node, SiloMetrics metrics, ILogger<MeteredNodeHost> logger)
    {
        (_node, _metrics, _logger) = (node, metrics, logger);
        _slots = [.. node.Slots.Select(slot => new SlotLoad(slot.DeviceClass))];
        foreach (var slot in _slots)
        {
            metrics.Add(slot);
        }
    }

    public string Id => _node.Id;

    public string Version => _node.Version;

    public string Versions => _node.Versions;

    public string Machine => _node.Machine;

    public IReadOnlyList<SlotStatus> Slots => _node.Slots;

    public IReadOnlyList<string> Holds => _node.Holds;

    public async Task<WorkResult> ExecuteAsync(
        int slot, JobEntry job, WorkItem item, IReadOnlyList<JournalRecord> journal, CancellationToken cancellationToken)
    {
        var device = Slots[slot].Device;
        using var scope = _logger.BeginScope(
            new Dictionary<string, object>(StringComparer.Ordinal) { ["job"] = job.Id, ["candidate"] = item.Id, ["slot"] = device });
        using var activity = ClusterTracing.Try(job, item, device, Id);
        var began = Stopwatch.GetTimestamp();
        string? error = null;
        _slots[slot].IsBusy = true;
        LogBegan(job.Id, item.Title, device);
        try
        {
            var result = await _node.ExecuteAsync(slot, job, item, journal, cancellationToken);
            if (result is FailedResult failure)
            {
                error = Labels.Of(failure.Kind);
                activity.Fail(error, failure.Reason);
                LogFailed(job.Id, item.Title, error, failure.Reason);
            }

            return result;
        }
        catch (Exception broken)
        {
            error = broken is OperationCanceledException ? "cancelled" : broken.GetType().Name;
            activity.Fail(error, broken.Message);
            throw;
        }
        finally
        {
            _slots[slot].IsBusy = false;
            var duration = Stopwatch.GetElapsedTime(began);
            _metrics.CandidateEnded(Labels.Of(item), _slots[slot].DeviceClass, duration, error);
            LogEnded(job.Id, item.Title, device, duration.TotalSeconds);
        }
    }

    [LoggerMessage(
        EventId = 2101, EventName = "attempt.began", Level = LogLevel.Information, Message = "Job {Job}: {Item} began on {Slot}")]
    private partial void LogBegan(string job, string item, string slot);

    [LoggerMessage(
        EventId = 2102, EventName = "attempt.failed", Level = LogLevel.Warning, Message = "Job {Job}: {Item} failed ({Kind}): {Problem}")]
    private partial void LogFailed(string job, string item, string kind, string problem);

    [LoggerMessage(
        EventId = 2103,
        EventName = "attempt.ended",
        Level = LogLevel.Information,
        Message = "Job {Job}: {Item} ended on {Slot} after {Seconds} s")]
    private partial void LogEnded(string job, string item, string slot, double seconds);
}
