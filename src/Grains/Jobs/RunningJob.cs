namespace Cluster.Grains.Jobs;

/// <summary>A job whose loop runs in this silo: owns the journal until the loop has ended. Thread-safe.</summary>
internal sealed partial class RunningJob : IAsyncDisposable, IProgress<JobProgress>
{
    private readonly CancellationTokenSource _stop = new();
#pragma warning disable CA2213 // A late change of the job may still wait here; without its wait handle there is nothing to dispose of.
    private readonly SemaphoreSlim _following = new(1, 1);
#pragma warning restore CA2213
    private readonly JobEntry _entry;
    private readonly IJobStore _store;
    private readonly IJobHost _host;
    private readonly IJournal _stored;
    private readonly JobJournal _journal;
    private readonly JobControl _control;
    private readonly JobGrainScope _scope;
    private readonly JobRunnerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile JobProgress? _progress;
    private volatile GrainAttempts? _attempts;
    private int _disposed;

    private RunningJob(
        JobEntry entry, IJobStore store, IJobHost host, IJournal stored, JobJournal journal, TimeProvider time, ILogger logger)
    {
        _entry = entry;
        _store = store;
        _host = host;
        _stored = stored;
        _journal = journal;
        _control = new JobControl(journal);
        _options = host.OptionsFor(entry);
        _scope = new JobGrainScope
        {
            Unschedulable = UnschedulableAsync,
            Schedulable = SchedulableAsync,
            IsLeft = () => journal.Failure is not null || _stop.IsCancellationRequested,
        };
        _time = time;
        _logger = logger;
    }

    /// <summary>Completes when the loop has ended and the journal is released, with any outcome.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Whether it ended because nothing can be recorded under this ownership.</summary>
    public bool IsJournalBroken => _journal.Failure is not null;

    public JobProgress? Progress => _progress;

    /// <summary>Why nothing of it runs; null: something does.</summary>
    public JobWait? Wait
    {
        get
        {
            var life = _journal.Read(state => state is null
                ? new JobLife(JobStatus.Queued)
                : new JobLife(state.Status, Reason: state.Reason, RetryAt: state.RetryAt));
            return JobWait.Of(life, _progress?.Place ?? 0, _attempts is { WaitForSlots: true }, _attempts is { WaitForClient: true });
        }
    }

    /// <summary>The run that follows it, as it has ended; null: none.</summary>
    public string? Next { get; private set; }

    /// <summary>Whether another owner took the journal over: the job runs elsewhere.</summary>
    public bool IsSuperseded => _journal.Failure is JournalOwnershipException;

    public JobStatus Status => _journal.Read(state => state?.Status ?? JobStatus.Queued);

    /// <summary>Takes ownership of the job's journal and begins its loop.</summary>
    /// <exception cref="JobException">The journal cannot be opened.</exception>
    public static async Task<RunningJob> StartAsync(
        JobEntry entry,
        IJobStore store,
        IJobHost host,
        IGrainFactory grains,
        INodeServices nodes,
        GrainOptions options,
        TimeProvider time,
        ILogger logger)
    {
        var stored = await store.OpenJournalAsync(entry.Id, CancellationToken.None);
        JobJournal? journal = null;
        try
        {
            journal = new JobJournal(stored);
            var job = new RunningJob(entry, store, host, stored, journal, time, logger);
            job.LogTakenUp(entry.Id, stored.Token, stored.Records.Count);
            var calls = new GrainCalls(options.LongestWait + options.CallMargin, time, logger);
            var attempts = new GrainAttempts(entry, grains, nodes, calls, options, job._scope, time, logger);
            job._attempts = attempts;
            var suspension = new JobSuspension(entry.Id, journal, options, time, logger);
            var turn = new JobTurn(entry, journal, grains, calls, options, time);

            // It outlives the call that starts it, and must not continue in its trace, which would grow for hours.
            using (ExecutionContext.SuppressFlow())
            {
                job.Completion = Task.Run(() => job.RunAsync(attempts, suspension, turn));
            }

            return job;
        }
        catch
        {
            journal?.Dispose();
            await stored.DisposeAsync();
            throw;
        }
    }

    public Task<IReadOnlyList<JournalRecord>> ReadAsync(long from, int limit, CancellationToken cancellationToken) =>
        _journal.ReadAsync(from, limit, cancellationToken);

    public (long Total, JobStatus Status) Look() => _journal.Read(state => (_journal.Count, state?.Status ?? JobStatus.Queued));

    public Task<bool> PauseAsync() => ChangeAsync(_control.PauseAsync);

    public Task<bool> ResumeAsync() => ChangeAsync(_control.ResumeAsync);

    /// <summary>Takes the labels that the job waits for.</summary>
    public Task<bool> LabelAsync(LabelsGiven labels) => ChangeAsync(() => _control.LabelAsync(labels));

    public async Task<bool> CancelAsync(string reason)
    {
        _scope.StopsWork = true;
        return await ChangeAsync(() => _control.CancelAsync(reason));
    }

    /// <summary>Ends the search with the best so far; running work on nodes is stopped.</summary>
    public async Task<bool> FinishAsync(string reason)
    {
        _scope.StopsWork = true;
        return await ChangeAsync(() => _control.StopAsync(reason));
    }

    public void Report(JobProgress value)
    {
        _progress = value;
        _options.Progress?.Report(value);
    }

    /// <summary>Stops the loop, not the job.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            await Completion;
            return;
        }

        await _stop.CancelAsync();
        await Completion;
        _control.Dispose();
        _journal.Dispose();
        _stop.Dispose();
    }

    private async Task UnschedulableAsync(string reason)
    {
        if (_journal.Read(state => state?.Status is JobStatus.Queued or JobStatus.Running))
        {
            LogUnschedulable(_entry.Id, reason);
            await _journal.TryAppendAsync(new JobUnschedulable(reason));
        }
    }

    private async Task SchedulableAsync()
    {
        if (Status == JobStatus.Unschedulable)
        {
            await _journal.TryAppendAsync(new JobSchedulable());
        }
    }

    private async Task<bool> ChangeAsync(Func<Task<bool>> change)
    {
        var done = await change();
        await FollowStatusAsync();
        return done;
    }

    private async Task RunAsync(GrainAttempts attempts, JobSuspension suspension, JobTurn turn)
    {
        Exception? failure = null;
        var following = FollowAsync();
        try
        {
            do
            {
                failure = await RunOnceAsync(attempts, suspension, turn);
            }
            while (failure is not null && _journal.Failure is null && await suspension.BeginAsync(failure));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            LogStopped(_entry.Id);
        }
        catch (JobException) when (IsSuperseded)
        {
            LogSuperseded(_entry.Id);
        }
        catch (JobException unwritten) when (_journal.Failure is not null)
        {
            failure = unwritten;
        }

        if (failure is not null && _journal.Failure is not null)
        {
            LogBroken(failure, _entry.Id);
        }

        await _stop.CancelAsync();
        await following;
        await FollowStatusAsync();
        await _stored.DisposeAsync();
        if (Status.HasEnded())
        {
            await turn.EndAsync();
        }
    }

    private async Task<Exception?> RunOnceAsync(GrainAttempts attempts, JobSuspension suspension, JobTurn turn)
    {
        try
        {
            await suspension.WaitAsync(_stop.Token);
            _scope.IsHeld = false;
            await turn.WaitAsync(_control, place => _progress = JobProgress.Queued(place), _stop.Token);
            var options = _options with
            {
                Distributed = true,
                Progress = this,
                Publishes = true,
                Speculative = () => _host.StrategyFor(_entry),
                Labels = new JournalLabels(_journal),
            };
            var evaluator = new GrainEvaluator(attempts, _logger);
            if (_journal.Read(state => state is { Rounds.Count: > 0, Selection: null }))
            {
                _ = TakeUpAsync(evaluator);
            }

            var runner = new JobRunner(evaluator, _journal, _control, _host.StrategyFor(_entry), options);
            await runner.RunAsync(_entry.Spec, _stop.Token);
            return null;
        }
#pragma warning disable CA1031 // On any fault, the job must not hang in a status that says it runs.
        catch (Exception broken) when (broken switch
        {
            OperationCanceledException => !_stop.IsCancellationRequested,
            JobException => !IsSuperseded,
            _ => true,
        })
#pragma warning restore CA1031
        {
            return broken;
        }
    }

    private async Task TakeUpAsync(GrainEvaluator evaluator)
    {
        try
        {
            await evaluator.TakeUpAsync(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            // The job has ended, or continues elsewhere.
        }
    }

    // Lists follow every change of the status.
    private async Task FollowAsync()
    {
        try
        {
            JobStatus? listed = null;
            while (true)
            {
                var (count, status) = Look();
                if (listed != status)
                {
                    listed = status;
                    await FollowStatusAsync();
                }

                await _journal.ReadAsync(count, 1, _stop.Token);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or JobException)
        {
            // The run has ended, or its journal has another owner, which updates the list.
        }
    }

    private async Task FollowStatusAsync()
    {
        if (_journal.Failure is not null)
        {
            // The state here may be outdated; the next owner of the journal updates the list.
            return;
        }

        // One at a time, so that the last writer is also the last reader.
        await _following.WaitAsync();
        try
        {
            var status = Status;
            if (status is JobStatus.Succeeded or JobStatus.Failed && Next is null && _entry.Schedule is { } schedule)
            {
                // While it is still listed as not over: after a crash it ends again, and stores the same run.
                var next = schedule.Next(_entry, _time.GetUtcNow());
                await _store.AddNextAsync(next, CancellationToken.None);
                Next = next.Id;
                LogFollowed(_entry.Id, next.Id, next.Schedule!.Due, next.Schedule.Missed);
            }

            await _store.SetStatusAsync(_entry.Id, status, CancellationToken.None);
        }
        catch (Exception failure) when (failure is JobException or IOException or TimeoutException)
        {
            // Lists are outdated until it is started again; the journal has it.
            LogBehind(_entry.Id, failure.Message);
        }
        finally
        {
            _following.Release();
        }
    }

    [LoggerMessage(
        EventId = 1006, Level = LogLevel.Information, Message = "Job {Job} is coordinated here by owner {Token}, from record {Record} on")]
    private partial void LogTakenUp(string job, long token, int record);

    [LoggerMessage(
        EventId = 1015,
        Level = LogLevel.Information,
        Message = "Job {Job} is followed by job {Next} at {Due:u}; runs left out, as this one was not over: {Missed}")]
    private partial void LogFollowed(string job, string next, DateTimeOffset due, int missed);

    [LoggerMessage(EventId = 1001, Level = LogLevel.Information, Message = "Job {Job} was stopped here and can go on elsewhere")]
    private partial void LogStopped(string job);

    [LoggerMessage(EventId = 1005, Level = LogLevel.Information, Message = "Job {Job} has another coordinator now, this one stops")]
    private partial void LogSuperseded(string job);

    [LoggerMessage(EventId = 1008, Level = LogLevel.Error, Message = "The journal of job {Job} could not be written: it is opened again")]
    private partial void LogBroken(Exception failure, string job);

    [LoggerMessage(EventId = 1010, Level = LogLevel.Warning, Message = "Job {Job} waits, as no node can do its work: {Reason}")]
    private partial void LogUnschedulable(string job, string reason);

    [LoggerMessage(EventId = 1003, Level = LogLevel.Warning, Message = "The listed status of job {Job} lags behind: {Problem}")]
    private partial void LogBehind(string job, string problem);
}
