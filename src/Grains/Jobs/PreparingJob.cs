namespace Cluster.Grains.Jobs;

/// <summary>
/// A job whose files are being read and checked in this silo, before it has a journal: if the silo is lost meanwhile, another one starts
/// again. An impossible job gets a journal that says so. A run of a schedule waits here for its time and its tenant's other runs.
/// </summary>
internal sealed partial class PreparingJob(
    JobEntry entry,
    IJobStore store,
    Preparation preparation,
    ITenantGrain tenant,
    GrainOptions options,
    TimeProvider time,
    ILogger logger) : IAsyncDisposable
{
    // A timer takes 49 days.
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    private readonly CancellationTokenSource _stop = new();
    private volatile PreparationReply _reply = new(IsOver: false);
    private volatile JobEntry _entry = entry;
    private volatile GrainAttempts? _attempts;
    private volatile bool _isAsked;

    /// <summary>Completes when the job is prepared or refused, or this was stopped. Never fails.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Its current state.</summary>
    public PreparationReply Reply => _reply;

    /// <summary>The run that follows it, as it is over; null: none.</summary>
    public string? Next { get; private set; }

    public JobStatus Status => _entry.Status;

    /// <summary>Why it is not being prepared now; null: it is.</summary>
    public JobWait? Wait => this switch
    {
        { _entry: { Status: JobStatus.Scheduled, Schedule: { } schedule } } => JobWait.For(schedule, time.GetUtcNow()),
        { _isAsked: false, _reply.Problem: { } problem } => JobWait.ForPreparation(problem),
        { _attempts.WaitForSlots: true } => JobWait.ForSlot,
        _ => null,
    };

    /// <summary>Has its work begin.</summary>
    public PreparingJob Start()
    {
        Completion = Task.Run(RunAsync);
        return this;
    }

    /// <summary>Ends it before it was prepared, with a journal that says why; no run of its schedule follows.</summary>
    /// <exception cref="JobException">The journal cannot be written.</exception>
    public Task EndAsync(params JournalEvent[] ending) => EndAsync(next: null, ending);

    private async Task EndAsync(JobEntry? next, params JournalEvent[] ending)
    {
        await using (var journal = await store.OpenJournalAsync(_entry.Id, CancellationToken.None))
        {
            if (journal.Records.Count == 0)
            {
                await journal.AppendAsync(
                    [new JobSubmitted(_entry.Spec.JobId, _entry.Spec, _entry.Space), .. ending], CancellationToken.None);
            }
        }

        var status = JobLifecycle.Fold([new JobSubmitted(_entry.Spec.JobId, _entry.Spec, _entry.Space), .. ending])!.Value.Status;
        if (next is not null)
        {
            await store.AddNextAsync(next, CancellationToken.None);
            Next = next.Id;
        }

        await store.SetPreparedAsync(_entry with { Status = status }, CancellationToken.None);
    }

    /// <summary>Stops it; the job stays as accepted.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Completion;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        for (var times = 1; !_reply.IsOver && !_stop.IsCancellationRequested; times++)
        {
            try
            {
                await TakeTurnAsync();
                await PrepareAsync();
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Any fault here is not the job's: it is reported, logged and retried.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                var wait = SuspensionTimes.After(_entry.Id, times, options);
                LogUnprepared(fault, _entry.Id, wait.TotalSeconds);
                _reply = new PreparationReply(
                    IsOver: false, Problem: FailureReason.Of(fault, _entry.Id), IsDiskFull: DiskFull.Is(fault));
                await Task.WhenAny(Task.Delay(wait, time, _stop.Token));
            }
        }
    }

    private async Task TakeTurnAsync()
    {
        if (_entry is not { Status: JobStatus.Scheduled, Schedule: { } schedule })
        {
            return;
        }

        while (schedule.Due - time.GetUtcNow() is var left && left > TimeSpan.Zero)
        {
            await Task.Delay(left < LongestDelay ? left : LongestDelay, time, _stop.Token);
        }

        while (!await tenant.MayBeginAsync(_entry.Id))
        {
            await Task.Delay(options.QueueReadEvery, time, _stop.Token);
        }

        var begun = _entry with { Status = JobStatus.Preparing };
        await store.SetPreparedAsync(begun, _stop.Token);
        _entry = begun;
    }

    private async Task PrepareAsync()
    {
        if (await store.FindAsync(_entry.Id, _stop.Token) is not { Status: JobStatus.Preparing })
        {
            // Deleted, or prepared or cancelled by another silo.
            _reply = new PreparationReply(IsOver: true);
            return;
        }

        switch (await RunPreparationAsync())
        {
            case PreparedResult found:
                await store.SetPreparedAsync(
                    _entry with { Spec = found.Spec, Space = found.Space, Status = JobStatus.Queued }, _stop.Token);
                _reply = new PreparationReply(IsOver: true);
                break;
            case RefusedResult refusal:
                await EndAsync(_entry.Schedule?.Next(_entry, time.GetUtcNow()), new JobFailed(refusal.Message, refusal.Fault));
                LogRefused(_entry.Id, refusal.Message);
                _reply = new PreparationReply(IsOver: true, Carried.Of(refusal));
                break;
        }
    }

    private async Task<WorkResult> RunPreparationAsync()
    {
        _attempts ??= preparation.AttemptsAt(_entry);
        _isAsked = true;
        try
        {
            return await preparation.RunAsync(_entry, _attempts, _stop.Token);
        }
        finally
        {
            _isAsked = false;
        }
    }

    [LoggerMessage(
        EventId = 1011, Level = LogLevel.Error, Message = "Job {Job} could not be prepared and will be again in {Seconds:0.#} s")]
    private partial void LogUnprepared(Exception fault, string job, double seconds);

    [LoggerMessage(EventId = 1012, Level = LogLevel.Warning, Message = "Job {Job} is refused: {Problem}")]
    private partial void LogRefused(string job, string problem);
}
