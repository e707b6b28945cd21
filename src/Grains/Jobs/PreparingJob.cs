namespace Cluster.Grains.Jobs;

/// <summary>
/// A job whose files are being read and checked in this silo, before it has a journal: if the silo is lost meanwhile, another one starts
/// again. An impossible job gets a journal that says so.
/// </summary>
internal sealed partial class PreparingJob(
    JobEntry entry, IJobStore store, Preparation preparation, GrainOptions options, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    // A timer takes 49 days.
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    private readonly CancellationTokenSource _stop = new();
    private volatile PreparationReply _reply = new(IsOver: false);

    /// <summary>Completes when the job is prepared or refused, or this was stopped. Never fails.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Its current state.</summary>
    public PreparationReply Reply => _reply;

    public static PreparingJob Start(
        JobEntry entry, IJobStore store, Preparation preparation, GrainOptions options, TimeProvider time, ILogger logger)
    {
        var job = new PreparingJob(entry, store, preparation, options, time, logger);
        job.Completion = Task.Run(job.RunAsync);
        return job;
    }

    /// <summary>Ends a job that was never prepared, with a journal that says why.</summary>
    /// <exception cref="JobException">The journal cannot be written.</exception>
    public static async Task EndAsync(JobEntry entry, IJobStore store, params JournalEvent[] ending)
    {
        await using (var journal = await store.OpenJournalAsync(entry.Id, CancellationToken.None))
        {
            if (journal.Records.Count == 0)
            {
                await journal.AppendAsync(
                    [new JobSubmitted(entry.Spec.JobId, entry.Spec, entry.Space), .. ending], CancellationToken.None);
            }
        }

        var status = JobLifecycle.Fold([new JobSubmitted(entry.Spec.JobId, entry.Spec, entry.Space), .. ending])!.Value.Status;
        await store.SetPreparedAsync(entry with { Status = status }, CancellationToken.None);
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
        while (entry.NotBefore - time.GetUtcNow() is { } left && left > TimeSpan.Zero && !_stop.IsCancellationRequested)
        {
            await Task.WhenAny(Task.Delay(left < LongestDelay ? left : LongestDelay, time, _stop.Token));
        }

        for (var times = 1; !_reply.IsOver && !_stop.IsCancellationRequested; times++)
        {
            try
            {
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
                var wait = SuspensionTimes.After(entry.Id, times, options);
                LogUnprepared(fault, entry.Id, wait.TotalSeconds);
                _reply = new PreparationReply(
                    IsOver: false, Problem: FailureReason.Of(fault, entry.Id), IsDiskFull: DiskFull.Is(fault));
                await Task.WhenAny(Task.Delay(wait, time, _stop.Token));
            }
        }
    }

    private async Task PrepareAsync()
    {
        if (await store.FindAsync(entry.Id, _stop.Token) is not { Status: JobStatus.Preparing })
        {
            // Deleted, or prepared or cancelled by another silo.
            _reply = new PreparationReply(IsOver: true);
            return;
        }

        if (entry.Successor(time.GetUtcNow()) is { } next)
        {
            // Before anything of this one can fail, so that a schedule goes on; the catalogue finds it.
            await store.AddAsync(next, _stop.Token);
        }

        switch (await preparation.RunAsync(entry, _stop.Token))
        {
            case PreparedResult found:
                await store.SetPreparedAsync(
                    entry with { Spec = found.Spec, Space = found.Space, Status = JobStatus.Queued }, _stop.Token);
                _reply = new PreparationReply(IsOver: true);
                break;
            case RefusedResult refusal:
                await EndAsync(entry, store, new JobFailed(refusal.Message, refusal.Fault));
                LogRefused(entry.Id, refusal.Message);
                _reply = new PreparationReply(IsOver: true, Carried.Of(refusal));
                break;
        }
    }

    [LoggerMessage(
        EventId = 1011, Level = LogLevel.Error, Message = "Job {Job} could not be prepared and will be again in {Seconds:0.#} s")]
    private partial void LogUnprepared(Exception fault, string job, double seconds);

    [LoggerMessage(EventId = 1012, Level = LogLevel.Warning, Message = "Job {Job} is refused: {Problem}")]
    private partial void LogRefused(string job, string problem);
}
