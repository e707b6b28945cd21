using Cluster.Coordinator;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Work;
using Cluster.Grains.Contracts;
using Cluster.Grains.Hosting;
using Cluster.Grains.Jobs;
using Cluster.Grains.Nodes;
using Microsoft.Extensions.Logging;

namespace Cluster.Grains.Candidates;

/// <summary>One try: hands the work to its slot, keeps the lease, hands the result over. What it knows is gone with its silo, and nothing is lost by that.</summary>
[Reentrant]
[PreferLocalPlacement]
[GrainType("cluster-candidate")]
internal sealed partial class CandidateGrain(
    INodeHost host, LocalNode node, JobEntries entries, IJobStore store, LocalFaults faults, GrainOptions options, TimeProvider time, ILogger<CandidateGrain> logger)
    : Grain, ICandidateGrain, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task<CandidateReply>? _work;
    private IGrainTimer? _lease;
    private long _renewed;

    public Task BeginAsync(Assignment assignment)
    {
        if (!string.Equals(assignment.Grant.Node, host.Id, StringComparison.Ordinal))
        {
            DeactivateOnIdle();
            throw new InvalidOperationException($"The try {assignment.Key} belongs on node {assignment.Grant.Node}, not here: it was asked about before it was begun.");
        }

        if (_work is null)
        {
            _renewed = time.GetTimestamp();
            _work = RunAsync(assignment);
            var look = options.Lease / 4;
            _lease = this.RegisterGrainTimer(CheckLeaseAsync, new GrainTimerCreationOptions(look, look) { Interleave = true, KeepAlive = true });
        }

        return Task.CompletedTask;
    }

    public async Task<CandidateReply> WaitAsync(TimeSpan wait)
    {
        if (_work is null)
        {
            DeactivateOnIdle();
            return new CandidateReply(CandidatePhase.Unknown);
        }

        _renewed = time.GetTimestamp();
        using var ended = new CancellationTokenSource();
        await Task.WhenAny(_work, Task.Delay(wait < options.LongestWait ? wait : options.LongestWait, time, ended.Token));
        await ended.CancelAsync();
        if (!_work.IsCompleted)
        {
            return new CandidateReply(CandidatePhase.Running);
        }

        DeactivateOnIdle();
        return await _work;
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        if (_work is not null)
        {
            await Task.WhenAny(_work, Task.Delay(options.LongestWait, time));
        }

        DeactivateOnIdle();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
    }

    /// <summary>Called by the runtime when the activation is gone; work that does not end yet still needs its token.</summary>
    public void Dispose()
    {
        _lease?.Dispose();
        if (_work is null or { IsCompleted: true })
        {
            _stop.Dispose();
        }
    }

    private async Task<CandidateReply> RunAsync(Assignment assignment)
    {
        CandidateReply reply;
        try
        {
            // The host's threads do the work: a turn of this grain lasts microseconds.
            var result = await Task.Run(() => ExecuteAsync(assignment, _stop.Token));
            reply = new CandidateReply(CandidatePhase.Ended, Carried.Of(result));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            reply = new CandidateReply(CandidatePhase.Ended, Carried.Of<WorkResult>(new FailedResult(FailureKind.Unavailable, "It was stopped.")));
        }
#pragma warning disable CA1031 // Whatever is broken in the host's work, the job's coordinator decides what follows.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogFault(fault, assignment.Key);
            faults.Keep(assignment.Key, fault);
            reply = new CandidateReply(CandidatePhase.Ended, Fault: fault.Message);
        }

        node.Free(assignment.Grant);
        await ReleaseAsync(assignment.Grant);
        return reply;
    }

    private async Task<WorkResult> ExecuteAsync(Assignment assignment, CancellationToken cancellationToken)
    {
        var job = await entries.GetAsync(assignment.Job, cancellationToken);
        var item = assignment.Item.Value();
        var records = item is PublishItem ? await store.ReadJournalAsync(assignment.Job, cancellationToken) : [];
        return await host.ExecuteAsync(assignment.Grant.Slot, job, item, records, cancellationToken);
    }

    private async Task ReleaseAsync(SlotGrant grant)
    {
        try
        {
            await GrainFactory.GetGrain<INodeDirectoryGrain>(0).ReleaseAsync(grant);
        }
        catch (Exception failure) when (failure is OrleansException or TimeoutException)
        {
            // The next announcement of the node says it again.
            LogUnreleased(grant.Id, failure.Message);
        }
    }

    private async Task CheckLeaseAsync(CancellationToken cancellationToken)
    {
        if (time.GetElapsedTime(_renewed) > options.Lease && !_stop.IsCancellationRequested)
        {
            LogExpired(this.GetPrimaryKeyString(), options.Lease.TotalSeconds);
            await _stop.CancelAsync();
            DeactivateOnIdle();
        }
    }

    [LoggerMessage(EventId = 1201, Level = LogLevel.Error, Message = "The work of {Try} broke")]
    private partial void LogFault(Exception fault, string @try);

    [LoggerMessage(EventId = 1202, Level = LogLevel.Warning, Message = "The slot of grant {Grant} could not be given back at once: {Problem}")]
    private partial void LogUnreleased(string grant, string problem);

    [LoggerMessage(EventId = 1203, Level = LogLevel.Warning, Message = "Nobody asked about {Try} for {Seconds} s: it is stopped")]
    private partial void LogExpired(string @try, double seconds);
}
