namespace Cluster.Grains.Jobs;

/// <summary>
/// A job's coordinator: gives access to its <see cref="RunningJob"/>, whose loop runs outside the grain's turns so that no turn is long. It
/// stays active while it is busy; once idle, Orleans collects it like any other.
/// </summary>
[Reentrant]
[OnCoordinators]
[OnOneCoordinator]
[GrainType("cluster-job")]
[CollectionAgeLimit(Minutes = 2)]
internal sealed class JobGrain(
    IJobStore store,
    JobEntries entries,
    IJobHost host,
    KeptJobs kept,
    JobWaits waits,
    Preparation preparation,
    INodeServices nodes,
    GrainOptions options,
    TimeProvider time,
    ILogger<JobGrain> logger) : Grain, IJobGrain
{
    private static readonly JobReply Done = new(JobReplyOutcome.Done);

    private JobPhase _phase = new JobPhase.Unread();
    private IGrainTimer? _again;
    private int _breaks;

    private string Id => this.GetPrimaryKeyString();

    private JobReply Over => new(JobReplyOutcome.Ended, $"Job '{Id}' is over.");

    public async Task<JobReply> EnsureRunningAsync()
    {
        while (_phase is JobPhase.Cancelling { Done: var cancelled })
        {
            // A caller meanwhile must not start its preparation again.
            await Task.WhenAny(cancelled);
        }

        switch (_phase)
        {
            case JobPhase.Preparing or JobPhase.Running:
                return Done;
            case JobPhase.Beginning { Reply: var reply }:
                return await reply;
            case JobPhase.Ended:
                return Over;
            case JobPhase.Broken:
                return new JobReply(
                    JobReplyOutcome.Unavailable, $"The journal of job '{Id}' could not be written and is opened again soon.");
            case JobPhase.Superseded:
                // The next call goes to the activation that the directory knows, which may be this one's successor.
                DeactivateOnIdle();
                return new JobReply(JobReplyOutcome.Unavailable, $"Job '{Id}' has another coordinator now: ask again.");
            default:
                return await BeginAsync();
        }
    }

    public async Task<PreparationReply> PreparedAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        await EnsureRunningAsync();
        switch (_phase)
        {
            case JobPhase.Preparing { Job: var preparing }:
                await Pause.ForAsync(options.Bounded(wait), preparing.Completion, time, cancellationToken);
                return preparing.Reply;
            case JobPhase.Ended { Refusal: var refusal }:
                return new PreparationReply(IsOver: true, refusal);
            default:
                return new PreparationReply(IsOver: true);
        }
    }

    public async Task<RecordPage?> ReadAsync(long from, int limit, TimeSpan wait, CancellationToken cancellationToken)
    {
        if ((await EnsureRunningAsync()).Outcome == JobReplyOutcome.Unknown)
        {
            return null;
        }

        if (_phase is JobPhase.Preparing { Job: var preparing })
        {
            await Pause.ForAsync(options.Bounded(wait), preparing.Completion, time, cancellationToken);
            return new RecordPage(Carried.Of<IReadOnlyList<JournalRecord>>([]), 0, preparing.Status);
        }

        if (_phase is JobPhase.Running { Job: var running })
        {
            return await ReadAsync(running, from, limit, wait, cancellationToken);
        }

        var all = (_phase as JobPhase.Ended)?.Journal ?? await store.ReadJournalAsync(Id, cancellationToken);
        if (_phase is JobPhase.Ended ended)
        {
            Enter(ended with { Journal = all });
        }

        var status = JobLifecycle.Fold(all.Select(record => record.Event))?.Status ?? JobStatus.Queued;
        return new RecordPage(Carried.Of<IReadOnlyList<JournalRecord>>([.. all.Skip((int)from).Take(limit)]), all.Count, status);
    }

    public Task<Carried?> GetProgressAsync() => Task.FromResult(_phase switch
    {
        JobPhase.Running { Job: { Wait: var wait, Progress: var progress } } when wait is not null || progress is not null =>
            Carried.Of((progress ?? JobProgress.Queued(0)) with { Waits = wait }),
        JobPhase.Preparing { Job.Wait: { } wait } => Carried.Of(JobProgress.Queued(0) with { Waits = wait }),
        _ => default(Carried?),
    });

    public Task<JobReply> PauseAsync() => ChangeAsync(job => job.PauseAsync());

    public Task<JobReply> ResumeAsync() => ChangeAsync(job => job.ResumeAsync());

    public Task<JobReply> LabelAsync(Carried labels) => ChangeAsync(job => job.LabelAsync(labels.Value<LabelsGiven>()));

    public async Task<JobReply> CancelAsync(string reason)
    {
        var cancelling = (_phase as JobPhase.Cancelling)?.Done;
        if (cancelling is null)
        {
            await EnsureRunningAsync();
            if (_phase is JobPhase.Preparing { Job: var preparing })
            {
                cancelling = CancelAsync(preparing, reason);
                if (!cancelling.IsCompleted)
                {
                    Enter(new JobPhase.Cancelling(cancelling));
                }
            }
        }

        return cancelling is not null && await cancelling ? Done : await ChangeAsync(job => job.CancelAsync(reason));
    }

    public async Task<JobReply> FinishAsync(string reason)
    {
        await EnsureRunningAsync();
        return _phase is JobPhase.Preparing ? await CancelAsync(reason) : await ChangeAsync(job => job.FinishAsync(reason));
    }

    public async Task StopAsync()
    {
        await StopHereAsync();
        DeactivateOnIdle();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        var isMissed = _phase.IsBusy && reason.ReasonCode is not (
            DeactivationReasonCode.ApplicationRequested or DeactivationReasonCode.ShuttingDown);
        if (reason.ReasonCode == DeactivationReasonCode.DirectoryFailure
            && _phase is JobPhase.Running { Job: var running }
            && kept.TryKeep(Id, running))
        {
            // The silo with the directory's entry is lost, and nothing else: the job's journal decides who runs it.
            _phase = new JobPhase.Unread();
        }

        await StopHereAsync();
        waits.Set(this, wait: null);
        entries.Forget(Id);
        if (isMissed)
        {
            // Not awaited: the call that starts the job again waits for this one's end. If it is lost, the catalogue's reminder does the
            // same.
            GrainFactory.GetGrain<IJobCatalogGrain>(0).KeepAliveAsync().Ignore();
        }
    }

    private void Enter(JobPhase phase)
    {
        _phase = phase;
        waits.Set(this, phase switch
        {
            JobPhase.Running { Job: var running } => () => running.Wait,
            JobPhase.Preparing { Job: var preparing } => () => preparing.Wait,
            _ => null,
        });
        DelayDeactivation(phase.IsBusy ? Timeout.InfiniteTimeSpan : TimeSpan.Zero);
        if (phase is not (JobPhase.Broken or JobPhase.Beginning))
        {
            _again?.Dispose();
            _again = null;
        }
    }

    private Task<JobReply> BeginAsync()
    {
        if (kept.Take(Id) is { } running)
        {
            _ = FollowAsync(running);
            return Task.FromResult(Done);
        }

        var reply = BeginAsync(_phase);
        if (!reply.IsCompleted)
        {
            Enter(new JobPhase.Beginning(reply));
        }

        return reply;
    }

    private async Task<JobReply> BeginAsync(JobPhase before)
    {
        try
        {
            switch (await store.FindAsync(Id, CancellationToken.None))
            {
                case null:
                    Enter(new JobPhase.Unread());
                    DeactivateOnIdle();
                    return new JobReply(JobReplyOutcome.Unknown, $"No job '{Id}'.");
                case { Status: JobStatus.Preparing or JobStatus.Scheduled } entry:
                    var tenant = GrainFactory.GetGrain<ITenantGrain>(TenantName.Of(entry));
#pragma warning disable CA2000 // It is stopped with the grain; after its end there is nothing to dispose of.
                    _ = FollowAsync(new PreparingJob(entry, store, preparation, tenant, options, time, logger).Start());
#pragma warning restore CA2000
                    return Done;
                case var entry when entry.Status.HasEnded():
                    Enter(new JobPhase.Ended());
                    return Over;
                case var entry:
#pragma warning disable CA2000 // It is stopped with the grain; after its end there is nothing to dispose of.
                    _ = FollowAsync(await RunningJob.StartAsync(entry, store, host, GrainFactory, nodes, options, time, logger));
#pragma warning restore CA2000
                    return Done;
            }
        }
        catch (JobException problem)
        {
            Enter(before);
            return new JobReply(JobReplyOutcome.Unavailable, problem.Message);
        }
        catch
        {
            Enter(before);
            throw;
        }
    }

    private async Task FollowAsync(PreparingJob preparing)
    {
        Enter(new JobPhase.Preparing(preparing));
        await preparing.Completion;
        if (_phase is not JobPhase.Preparing)
        {
            // It is cancelled.
            return;
        }

        TellOf(preparing.Next);
        if (preparing.Reply is { IsOver: true, Refusal: { } refusal })
        {
            Enter(new JobPhase.Ended(Refusal: refusal));
            return;
        }

        Enter(new JobPhase.Unread());
        if (preparing.Reply.IsOver && (await EnsureRunningAsync()).Outcome == JobReplyOutcome.Unavailable)
        {
            BeginAgainSoon();
        }
    }

    // The state of a finished run is released at once: the journal has the rest.
    private async Task FollowAsync(RunningJob running)
    {
        Enter(new JobPhase.Running(running));
        await Task.WhenAny(running.Completion);
        TellOf(running.Next);
        if (_phase is not JobPhase.Running)
        {
            // Another activation has it.
            return;
        }

        if (running.IsSuperseded)
        {
            // Calls that arrive meanwhile must not start it here again.
            Enter(new JobPhase.Superseded());
            DeactivateOnIdle();
        }
        else if (running.IsJournalBroken)
        {
            BeginAgainSoon();
        }
        else
        {
            _breaks = 0;
            Enter(new JobPhase.Unread());
        }
    }

    // Not awaited, and missed if it is lost: the catalogue begins what is stored.
    private void TellOf(string? next)
    {
        if (next is not null)
        {
            GrainFactory.GetGrain<IJobGrain>(next).EnsureRunningAsync().Ignore();
        }
    }

    // The delay grows if that happens repeatedly: a full disk must not restart the job every second.
    private void BeginAgainSoon()
    {
        Enter(new JobPhase.Broken());
        var pause = SuspensionTimes.After(Id, ++_breaks, options);
        _again = this.RegisterGrainTimer(
            _ => _phase is JobPhase.Broken ? BeginAsync() : Task.CompletedTask,
            new GrainTimerCreationOptions(pause, options.KeepAliveEvery));
    }

    // False where it was prepared or ended before that.
    private async Task<bool> CancelAsync(PreparingJob preparing, string reason)
    {
        JobPhase next = new JobPhase.Unread();
        try
        {
            await preparing.DisposeAsync();
            if (await store.FindAsync(Id, CancellationToken.None) is not { Status: var status } || !status.IsUnprepared())
            {
                return false;
            }

            await preparing.EndAsync(new CancelRequested(reason), new JobCancelled());
            next = new JobPhase.Ended();
            return true;
        }
        finally
        {
            Enter(next);
        }
    }

    private async Task<RecordPage> ReadAsync(
        RunningJob running, long from, int limit, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(options.Bounded(wait), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        IReadOnlyList<JournalRecord> records = [];
        try
        {
            records = await running.ReadAsync(from, limit, either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            // Nothing new within the wait.
        }
        catch (JobException)
        {
            // Its journal was lost to another owner or broke: the reader retries and finds its new owner.
        }

        var (total, status) = running.Look();
        return new RecordPage(Carried.Of(records), total, status);
    }

    private async Task<JobReply> ChangeAsync(Func<RunningJob, Task<bool>> change)
    {
        var begun = await EnsureRunningAsync();
        return (begun.Outcome, _phase) switch
        {
            (JobReplyOutcome.Unknown or JobReplyOutcome.Unavailable, _) => begun,
            (_, JobPhase.Preparing { Job.Status: JobStatus.Scheduled }) => new JobReply(
                JobReplyOutcome.Unavailable, $"Job '{Id}' waits for its time: cancel it where its schedule is to end."),
            (_, JobPhase.Preparing) => new JobReply(
                JobReplyOutcome.Unavailable, $"Job '{Id}' is being prepared: ask again once it is queued."),
            (_, JobPhase.Running { Job: var running }) => await change(running) ? Done : Over,
            _ => Over,
        };
    }

    private async Task StopHereAsync()
    {
        switch (_phase)
        {
            case JobPhase.Beginning { Reply: var beginning }:
                await Task.WhenAny(beginning);
                await StopHereAsync();
                break;
            case JobPhase.Cancelling { Done: var cancelling }:
                await Task.WhenAny(cancelling);
                break;
            case JobPhase.Preparing { Job: var preparing }:
                await preparing.DisposeAsync();
                break;
            case JobPhase.Running { Job: var running }:
                await running.DisposeAsync();
                break;
            case JobPhase.Broken:
                Enter(new JobPhase.Unread());
                break;
        }
    }
}
