namespace Cluster.Silo.Hosting;

/// <summary>This silo's slots, each with its own worker. Attempts are traced, timed and logged.</summary>
internal sealed partial class SlotHost : INodeHost, IAsyncDisposable
{
    // The number of latest jobs whose data counts as held: workers keep no more of them open.
    private const int Remembered = 4;
    private const string MachineStart = "/proc/sys/kernel/random/boot_id";
    private readonly Lock _gate = new();
    private readonly List<string> _holds = [];
    private readonly ISlotWorker[] _workers;
    private readonly SlotLoad[] _loads;
    private readonly SiloMetrics _metrics;
    private readonly ILogger<SlotHost> _logger;

    /// <param name="id">The node's id.</param>
    /// <param name="slots">Their descriptions, by index; none on a silo that only coordinates.</param>
    /// <param name="versions">Versions of the computing software here; null: there is none.</param>
    /// <param name="worker">Makes the worker of a slot.</param>
    /// <param name="metrics">Measures slots and attempts.</param>
    /// <param name="logger">Receives the course of attempts.</param>
    public SlotHost(
        string id,
        IReadOnlyList<SlotStatus> slots,
        EvaluatorVersions? versions,
        Func<SlotStatus, ISlotWorker> worker,
        SiloMetrics metrics,
        ILogger<SlotHost> logger)
    {
        (Id, _metrics, _logger) = (id, metrics, logger);
        Version = versions?.Numerics ?? ClusterTracing.Version;
        Versions = versions is null ? string.Empty : NodeStatus.VersionsOf(versions);
        Slots = [.. slots];
        _workers = [.. slots.Select(worker)];
        _loads = [.. slots.Select(slot => new SlotLoad(slot.DeviceClass))];
        foreach (var load in _loads)
        {
            metrics.Add(load);
        }
    }

    public string Id { get; }

    public string Version { get; }

    public string Versions { get; }

    /// <summary>What all containers of a machine have in common, but not two machines: the number of its last start.</summary>
    public string Machine { get; } =
        File.Exists(MachineStart) ? File.ReadAllText(MachineStart).Trim() : Environment.MachineName;

    public IReadOnlyList<SlotStatus> Slots { get; }

    public IReadOnlyList<string> Holds
    {
        get
        {
            lock (_gate)
            {
                return [.. _holds];
            }
        }
    }

    public async Task<WorkResult> ExecuteAsync(
        int slot, JobEntry job, WorkItem item, IReadOnlyList<JournalRecord> journal, CancellationToken cancellationToken)
    {
        string device = Slots[slot].Device;
        using var scope = _logger.BeginScope(
            new Dictionary<string, object>(StringComparer.Ordinal) { ["job"] = job.Id, ["candidate"] = item.Id, ["slot"] = device });
        using var activity = ClusterTracing.Try(job, item, device, Id);
        long began = Stopwatch.GetTimestamp();
        string? error = null;
        _loads[slot].IsBusy = true;
        LogBegan(job.Id, item.Title, device);
        try
        {
            var result = await _workers[slot].ExecuteAsync(job, item, journal, cancellationToken);
            activity.Found(result);
            if (result is FailedResult { Predictions: null } failure)
            {
                error = Labels.Of(failure.Kind);
                activity.Fail(error, failure.Reason);
                LogFailed(job.Id, item.Title, error, failure.Reason);
            }
            else
            {
                Remember(JobAffinity.Of(job));
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
            _loads[slot].IsBusy = false;
            var duration = Stopwatch.GetElapsedTime(began);
            _metrics.CandidateEnded(Labels.Of(item), _loads[slot].DeviceClass, duration, error);
            LogEnded(job.Id, item.Title, device, duration.TotalSeconds);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers)
        {
            await worker.DisposeAsync();
        }
    }

    private void Remember(string held)
    {
        lock (_gate)
        {
            _holds.Remove(held);
            _holds.Insert(0, held);
            if (_holds.Count > Remembered)
            {
                _holds.RemoveAt(Remembered);
            }
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
