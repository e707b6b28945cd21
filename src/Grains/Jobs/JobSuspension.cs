namespace Cluster.Grains.Jobs;

/// <summary>
/// Handles faults in a job's coordination: only an impossible job fails; any other fault suspends it, and it is retried later, with a
/// growing delay, or, if only its client can mend it, once it is resumed. The decision is in the journal, so it holds on the next silo.
/// </summary>
internal sealed partial class JobSuspension(string job, JobJournal journal, GrainOptions options, TimeProvider time, ILogger logger)
{
    private DateTimeOffset _notBefore;
    private int _unwritten;

    /// <summary>Waits until the job may run: not suspended, resumed, cancelled or paused meanwhile, or due for its retry.</summary>
    /// <exception cref="JobException">The journal is lost to this owner.</exception>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var (isSuspended, retryAt, count) = journal.Read(
                state => (state?.Status == JobStatus.Suspended, state?.RetryAt, journal.Count));
            var left = isSuspended && retryAt is null ? options.LongestSuspension : (retryAt ?? _notBefore) - time.GetUtcNow();
            if (left > TimeSpan.Zero)
            {
                // Another silo's clock may have set the time.
                await AnythingNewAsync(count, left < options.LongestSuspension ? left : options.LongestSuspension, cancellationToken);
                if (!isSuspended)
                {
                    return;
                }
            }
            else if (isSuspended)
            {
                await journal.TryAppendAsync(new JobRetried());
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>Records the consequence of a fault for the job; true if the job is to be retried here.</summary>
    /// <exception cref="JobException">The journal is lost to this owner.</exception>
    public async Task<bool> BeginAsync(Exception failure)
    {
        if (journal.Read(state => state?.Status) == JobStatus.Cancelling)
        {
            await journal.TryAppendAsync(new JobCancelled());
            return false;
        }

        if (failure is JobImpossibleException { FailsOn: var fault }
            && await journal.TryAppendAsync(new JobFailed(failure.Message, fault)) is not null)
        {
            LogImpossible(failure, job);
            return false;
        }

        var times = Math.Max(journal.Read(state => state?.Suspensions ?? 0), _unwritten) + 1;
        var isHeld = failure is JobHeldException;
        var wait = SuspensionTimes.After(job, times, options);
        if (isHeld)
        {
            LogHeld(job, failure.Message);
        }
        else
        {
            LogSuspended(failure, job, wait.TotalSeconds, times);
        }

        var retryAt = DateTimeOffset.FromUnixTimeMilliseconds((time.GetUtcNow() + wait).ToUnixTimeMilliseconds());

        // A job that is being paused stays so; one without a journal cannot record it. Both wait in any case.
        var written = await journal.TryAppendAsync(new JobSuspended(FailureReason.Of(failure, job), isHeld ? null : retryAt, times));
        (_notBefore, _unwritten) = written is null ? (retryAt, times) : (default, 0);
        return true;
    }

    private async Task AnythingNewAsync(long from, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await journal.ReadAsync(from, 1, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The retry time has come.
        }
    }

    [LoggerMessage(EventId = 1002, Level = LogLevel.Error, Message = "Job {Job} cannot be done and failed")]
    private partial void LogImpossible(Exception failure, string job);

    [LoggerMessage(
        EventId = 1007,
        Level = LogLevel.Error,
        Message = "Job {Job} is suspended by a fault and tried again in {Seconds:0.#} s (fault {Times} since it last got on)")]
    private partial void LogSuspended(Exception failure, string job, double seconds, int times);

    [LoggerMessage(EventId = 1014, Level = LogLevel.Warning, Message = "Job {Job} is suspended until it is resumed: {Reason}")]
    private partial void LogHeld(string job, string reason);
}
