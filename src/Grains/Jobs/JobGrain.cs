using Cluster.Coordinator;
using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Running;
using Cluster.Grains.Candidates;
using Cluster.Grains.Catalog;
using Cluster.Grains.Contracts;
using Cluster.Grains.Nodes;
using Cluster.Grains.Placement;
using Cluster.Grains.Ports;
using Microsoft.Extensions.Logging;

namespace Cluster.Grains.Jobs;

/// <summary>
/// A job's coordinator: a door to its <see cref="RunningJob"/>, whose loop runs beside the grain's turns so that no
/// turn is long.
/// </summary>
[Reentrant]
[KeepAlive]
[OnCoordinators]
[GrainType("cluster-job")]
internal sealed class JobGrain(
    IJobStore store,
    JobEntries entries,
    IJobHost host,
    INodeServices nodes,
    LocalFaults faults,
    GrainOptions options,
    TimeProvider time,
    ILogger<JobGrain> logger) : Grain, IJobGrain
{
    private Task<JobReply>? _beginning;
    private PreparingJob? _preparing;
    private Task<bool>? _cancelling;
    private RunningJob? _running;
    private IReadOnlyList<JournalRecord>? _ended;
    private JournalBreaks? _breaks;
    private Task? _leaving;
    private long _asked;

    private string Id => this.GetPrimaryKeyString();

    private static JobReply Done { get; } = new(JobReplyOutcome.Done);

    private JournalBreaks Breaks => _breaks ??= new JournalBreaks(Id, options, time, logger);

    private bool IsBusy =>
        _running is { Completion.IsCompleted: false } or { IsJournalBroken: true, IsSuperseded: false }
        || _preparing is { Completion.IsCompleted: false }
        || _beginning is { IsCompleted: false }
        || _cancelling is { IsCompleted: false };

    private JobReply Unknown => new(JobReplyOutcome.Unknown, $"There is no job '{Id}'.");

    public Task<JobReply> EnsureRunningAsync()
    {
        if (_cancelling is { IsCompleted: false } cancelling)
        {
            // It must not be prepared anew by whoever asks meanwhile.
            return EnsureRunningAfterAsync(cancelling);
        }

        if (_running is { Completion.IsCompleted: false } || _preparing is { Completion.IsCompleted: false })
        {
            return Task.FromResult(Done);
        }

        if (_running is { IsSuperseded: true })
        {
            // The call that comes next goes to the activation that the directory knows, which may be this one's successor.
            DeactivateOnIdle();
            return Task.FromResult(new JobReply(JobReplyOutcome.Unavailable, $"Job '{Id}' has another coordinator now: ask again."));
        }

        if (_running is { IsJournalBroken: true } && Breaks.IsFresh)
        {
            return Task.FromResult(new JobReply(
                JobReplyOutcome.Unavailable, $"The journal of job '{Id}' could not be written and is opened again soon."));
        }

        // Requests interleave: all that come while it begins wait for the same beginning.
        return _beginning is { IsCompleted: false } ? _beginning : _beginning = BeginAsync();
    }

    public async Task<PreparationReply> PreparedAsync(TimeSpan wait)
    {
        await EnsureRunningAsync();
        if (_preparing is not { } preparing)
        {
            return new PreparationReply(IsOver: true);
        }

        await WaitAsync(preparing, wait);
        return preparing.Reply;
    }

    public async Task<RecordPage?> ReadAsync(long from, int limit, TimeSpan wait)
    {
        if (_ended is null && (await EnsureRunningAsync()).Outcome == JobReplyOutcome.Unknown)
        {
            DeactivateOnIdle();
            return null;
        }

        if (_preparing is { Completion.IsCompleted: false } preparing)
        {
            await WaitAsync(preparing, wait);
            if (!preparing.Completion.IsCompleted)
            {
                return new RecordPage(Carried.Of<IReadOnlyList<JournalRecord>>([]), 0, JobStatus.Preparing);
            }

            await EnsureRunningAsync();
        }

        if (_running is { Completion.IsCompleted: false } running)
        {
            using var patience = new CancellationTokenSource(wait < options.LongestWait ? wait : options.LongestWait, time);
            IReadOnlyList<JournalRecord> records = [];
            try
            {
                records = await running.ReadAsync(from, limit, patience.Token);
            }
            catch (OperationCanceledException)
            {
                // Nothing new within the wait.
            }
            catch (JobException)
            {
                // Its journal was lost to another owner or broke: the reader asks again and finds whoever has it then.
            }

            var (total, status) = running.Look();
            return new RecordPage(Carried.Of(records), total, status);
        }

        var all = _ended ?? await store.ReadJournalAsync(Id, CancellationToken.None);
        var reached = JobLifecycle.Fold(all.Select(record => record.Event))?.Status ?? JobStatus.Queued;
        if (reached.HasEnded())
        {
            _ended = all;
            _running = null;
            LeaveSoon();
        }

        return new RecordPage(
            Carried.Of<IReadOnlyList<JournalRecord>>([.. all.Skip((int)from).Take(limit)]), all.Count, reached);
    }

    public Task<Carried?> GetProgressAsync()
    {
        if (!IsBusy)
        {
            LeaveSoon();
        }

        return Task.FromResult(
            _running is { Completion.IsCompleted: false, Progress: { } progress } ? Carried.Of(progress) : default(Carried?));
    }

    public Task<JobReply> PauseAsync() => ChangeAsync(job => job.PauseAsync());

    public Task<JobReply> ResumeAsync() => ChangeAsync(job => job.ResumeAsync());

    public async Task<JobReply> CancelAsync(string reason)
    {
        await EnsureRunningAsync();
        if (_preparing is { Completion.IsCompleted: false } preparing)
        {
            _cancelling = _cancelling is { IsCompleted: false } already ? already : CancelPreparingAsync(preparing, reason);
            if (await _cancelling)
            {
                return Done;
            }
        }

        return await ChangeAsync(job => job.CancelAsync(reason));
    }

    public async Task<JobReply> FinishAsync(string reason)
    {
        await EnsureRunningAsync();
        return _preparing is { Completion.IsCompleted: false }
            ? await CancelAsync(reason)
            : await ChangeAsync(job => job.FinishAsync(reason));
    }

    public async Task StopAsync()
    {
        await StopPreparingAsync();
        await StopRunningAsync();
        DeactivateOnIdle();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _breaks?.Dispose();
        await StopPreparingAsync();
        await StopRunningAsync();
    }

    // False where it was prepared or ended before that.
    private async Task<bool> CancelPreparingAsync(PreparingJob preparing, string reason)
    {
        await preparing.DisposeAsync();
        if (await store.FindAsync(Id, CancellationToken.None) is not { Status: JobStatus.Preparing } entry)
        {
            return false;
        }

        await PreparingJob.EndAsync(entry, store, new CancelRequested(reason), new JobCancelled());
        return true;
    }

    private async Task<JobReply> EnsureRunningAfterAsync(Task cancelling)
    {
        await Task.WhenAny(cancelling);
        return await EnsureRunningAsync();
    }

    private async Task StopPreparingAsync()
    {
        if (_preparing is { Completion.IsCompleted: false } preparing)
        {
            await preparing.DisposeAsync();
        }
    }

    private async Task WaitAsync(PreparingJob preparing, TimeSpan wait)
    {
        using var ended = new CancellationTokenSource();
        await Task.WhenAny(
            preparing.Completion, Task.Delay(wait < options.LongestWait ? wait : options.LongestWait, time, ended.Token));
        await ended.CancelAsync();
    }

    // A job that is over must not stay in memory, whether anybody reads it or not; whoever does asks for page after page.
    private void LeaveSoon()
    {
        _asked = time.GetTimestamp();
        if (_leaving is not { IsCompleted: false })
        {
            _leaving = LeaveAsync();
        }
    }

    private async Task LeaveAsync()
    {
        while (options.EndedKept - time.GetElapsedTime(_asked) is { Ticks: > 0 } left)
        {
            await Task.Delay(left, time);
        }

        if (!IsBusy)
        {
            entries.Forget(Id);
            DeactivateOnIdle();
        }
    }

    private async Task StopRunningAsync()
    {
        if (_running is { } running)
        {
            await running.DisposeAsync();
        }
    }

    private async Task<JobReply> ChangeAsync(Func<RunningJob, Task<bool>> change)
    {
        var begun = await EnsureRunningAsync();
        if (begun.Outcome is JobReplyOutcome.Unknown or JobReplyOutcome.Unavailable)
        {
            return begun;
        }

        if (_preparing is { Completion.IsCompleted: false })
        {
            return new JobReply(JobReplyOutcome.Unavailable, $"Job '{Id}' is being prepared: ask again once it is queued.");
        }

        return _running is { Completion.IsCompleted: false } running && await change(running)
            ? Done
            : new JobReply(JobReplyOutcome.Ended, $"Job '{Id}' is over.");
    }

    private async Task GoOnAsync(PreparingJob preparing)
    {
        await preparing.Completion;
        if (preparing.Reply is { IsOver: true, Refusal: null })
        {
            await EnsureRunningAsync();
        }
        else
        {
            LeaveSoon();
        }
    }

    // What a run that is over has gathered is let go at once: the journal tells the rest.
    private async Task FollowAsync(RunningJob running)
    {
        await Breaks.FollowAsync(running, EnsureRunningAsync);
        if (running.IsSuperseded)
        {
            // Calls that come meanwhile must not begin it here again.
            DeactivateOnIdle();
        }
        else if (_running == running && !running.IsJournalBroken)
        {
            _running = null;
            LeaveSoon();
        }
    }

    private async Task<JobReply> BeginAsync()
    {
        try
        {
            if (await store.FindAsync(Id, CancellationToken.None) is not { } entry)
            {
                LeaveSoon();
                return Unknown;
            }

            if (_ended is not null || entry.Status.HasEnded())
            {
                LeaveSoon();
                return new JobReply(JobReplyOutcome.Ended, $"Job '{Id}' is over.");
            }

            if (entry.Status == JobStatus.Preparing)
            {
                var preparing = PreparingJob.Start(entry, store, host, options, time, logger);
                _preparing = preparing;
                _ = GoOnAsync(preparing);
                return Done;
            }

            await StopRunningAsync();
            var running = await RunningJob.StartAsync(
                entry, store, host, GrainFactory, nodes, faults, options, time, logger);
            _running = running;
            _ = FollowAsync(running);
            return Done;
        }
        catch (JobException problem)
        {
            return new JobReply(JobReplyOutcome.Unavailable, problem.Message);
        }
    }
}
