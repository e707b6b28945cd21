namespace Cluster.Silo.Telemetry;

/// <summary>A journal whose writes are counted, timed and logged. Only durable records count.</summary>
internal sealed partial class MeteredJournal : IJournal
{
    private readonly IJournal _journal;
    private readonly string _job;
    private readonly SiloMetrics _metrics;
    private readonly ILogger _logger;
    private readonly JobLoad _load = new();

    public MeteredJournal(IJournal journal, string job, SiloMetrics metrics, ILogger logger)
    {
        (_journal, _job, _metrics, _logger) = (journal, job, metrics, logger);
        var began = Stopwatch.GetTimestamp();
        foreach (var record in journal.Records)
        {
            _load.Apply(record);
        }

        metrics.Folded(Stopwatch.GetElapsedTime(began));
        metrics.Add(_load);
    }

    public long Token => _journal.Token;

    public IReadOnlyList<JournalRecord> Records => _journal.Records;

    public async Task<IReadOnlyList<JournalRecord>> AppendAsync(IReadOnlyList<JournalEvent> events, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            var records = await _journal.AppendAsync(events, cancellationToken);
            _metrics.Appended(Stopwatch.GetElapsedTime(began), error: null);
            foreach (var record in records)
            {
                Tell(record);
            }

            return records;
        }
        catch (Exception failure)
        {
            _metrics.Appended(Stopwatch.GetElapsedTime(began), failure.GetType().Name);
            LogUnwritten(_job, failure.Message);
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        _metrics.Remove(_load);
        if (!_load.Status.HasEnded())
        {
            // It goes on elsewhere.
            _metrics.Searches.Remove(_job);
        }

        return _journal.DisposeAsync();
    }

    private static long ImagesOf(WorkResult result) => result switch
    {
        AccuracyResult accuracy => accuracy.Total,
        SensitivityResult { Part: { } part } => part.Images,
        SensitivityResult whole => whole.Groups.Select(group => group.Total).DefaultIfEmpty().Max(),
        TestResult test => test.Total,
        LearnedResult learned => learned.Accuracy.Total,
        _ => 0,
    };

    private void Tell(JournalRecord record)
    {
        _load.Apply(record);
        if (record.Event is WinnerSelected { Proof: { } verdict })
        {
            _metrics.Proved(verdict);
        }

        switch (record.Event)
        {
            case ItemCompleted completed:
                string work = _load.KindOf(completed.Sequence);
                _metrics.Evaluated(work, Labels.Of(completed.Source), failure: null);
                if (completed.Source == ResultSource.Measured)
                {
                    _metrics.Looked(work, ImagesOf(completed.Result));
                }

                LogItem(_job, record.Number, nameof(ItemCompleted), completed.Sequence, Labels.Of(completed.Source));
                break;
            case ItemFailed failed:
                _metrics.Evaluated(_load.KindOf(failed.Sequence), Labels.Of(ResultSource.Measured), failed.Failure.Kind);
                LogItem(_job, record.Number, nameof(ItemFailed), failed.Sequence, Labels.Of(failed.Failure.Kind));
                break;
            case AttemptStarted started:
                LogItem(_job, record.Number, nameof(AttemptStarted), started.Sequence, $"{started.Node} {started.Slot}");
                break;
            case AttemptFailed { Failure.Predictions: null } failed:
                _metrics.Retried(failed.Failure.Kind);
                LogAttempt(_job, record.Number, failed.Sequence, failed.Attempt, Labels.Of(failed.Failure.Kind), failed.Failure.Reason);
                break;
            default:
                LogEvent(_job, record.Number, record.Event.GetType().Name);
                break;
        }
    }

    [LoggerMessage(EventId = 2001, EventName = "journal.event", Level = LogLevel.Information, Message = "Job {Job} #{Number}: {Event}")]
    private partial void LogEvent(string job, long number, string @event);

    [LoggerMessage(
        EventId = 2002,
        EventName = "journal.item",
        Level = LogLevel.Information,
        Message = "Job {Job} #{Number}: {Event} of item {Sequence} ({Detail})")]
    private partial void LogItem(string job, long number, string @event, int sequence, string detail);

    [LoggerMessage(
        EventId = 2003,
        EventName = "journal.attempt_failed",
        Level = LogLevel.Warning,
        Message = "Job {Job} #{Number}: attempt {Attempt} at item {Sequence} failed ({Kind}): {Problem}")]
    private partial void LogAttempt(string job, long number, int sequence, int attempt, string kind, string problem);

    [LoggerMessage(
        EventId = 2004,
        EventName = "journal.unwritten",
        Level = LogLevel.Error,
        Message = "The journal of job {Job} could not be written: {Problem}")]
    private partial void LogUnwritten(string job, string problem);
}
