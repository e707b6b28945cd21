using Cluster.Coordinator;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Work;
using Cluster.Grains.Candidates;
using Cluster.Grains.Contracts;
using Cluster.Grains.Ports;
using Microsoft.Extensions.Logging;

namespace Cluster.Grains.Jobs;

/// <summary>
/// Attempts at a job's work, on nodes. One, step by step:
/// 1. the directory grants a slot (asked again until there is one);
/// 2. the attempt is journaled with its node, so that no loss goes unnoticed;
/// 3. the attempt's grain begins the work, on that node;
/// 4. it is asked, again and again, until the work has ended; asking renews the lease;
/// 5. where the answer is that its node is no more, twice, it is lost with its host; where there is no answer, it is asked again.
/// Runs outside any grain's turns.
/// </summary>
internal sealed class GrainAttempts(
    JobEntry job,
    IGrainFactory grains,
    LocalFaults faults,
    GrainOptions options,
    JobGrainScope scope,
    TimeProvider time,
    ILogger logger)
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(200);

    private readonly GrainCalls _calls = new(options.LongestWait + options.CallMargin, time, logger);
    private readonly string _affinity = JobAffinity.Of(job);

    private INodeDirectoryGrain Directory => grains.GetGrain<INodeDirectoryGrain>(0);

    public JobEntry Job => job;

    /// <summary>Makes one attempt.</summary>
    /// <param name="attempt">The attempt, or one that runs already and is only followed.</param>
    /// <param name="begin">Begins the work and waits a while for its end; may be repeated.</param>
    /// <param name="cancellationToken">Stops following; stops the work too where the job is to stop with it.</param>
    /// <returns>Its end, or why there is none to be had.</returns>
    public async Task<(CandidateReply? Ended, FailedResult? Failure)> RunAsync(
        Attempt attempt, Func<IWorkGrain, Assignment, TimeSpan, Task<CandidateReply>> begin, CancellationToken cancellationToken)
    {
        if (attempt.Node is { } already)
        {
            var key = Assignment.KeyOf(already, job.Id, attempt.Sequence, attempt.Number);
            var taken = grains.GetGrain<IWorkGrain>(key);
            var found = await FollowAsync(already, key, taken, () => taken.WaitAsync(options.LongestWait), cancellationToken);

            // A cluster of one silo loses node and coordinator together: that says nothing about what ran there.
            return found.Failure is { Kind: FailureKind.HostLost } && !scope.HasOtherSilos
                ? Failed(FailureKind.Unavailable, $"It ended with the silo {already}.")
                : found;
        }

        // 1.
        var request = new SlotRequest(
            job.Id, scope.IsDistributed ? job.Spec.Versions.InstructionSet : string.Empty, _affinity, attempt.Alone);
        var grant = await AcquireAsync(request, cancellationToken);

        // 2.
        try
        {
            await attempt.Started(grant.Node, grant.Device);
        }
        catch
        {
            GiveBack(grant);
            throw;
        }

        // 3.
        var assignment = new Assignment(job.Id, attempt.Sequence, attempt.Number, grant);
        var work = grains.GetGrain<IWorkGrain>(assignment.Key);
        return await FollowAsync(
            grant.Node, assignment.Key, work, () => begin(work, assignment, options.LongestWait), cancellationToken);
    }

    private static (CandidateReply? Ended, FailedResult? Failure) Failed(FailureKind kind, string reason) =>
        (null, new FailedResult(kind, reason));

    private async Task<SlotGrant> AcquireAsync(SlotRequest request, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var begun = time.GetTimestamp();
            if (await _calls.TryAsync<SlotGrant>(
                () => Directory.AcquireAsync(request, options.LongestWait)!, cancellationToken, GiveBack) is { } grant)
            {
                return grant;
            }

            // No slot comes after a wait; no answer may come at once.
            if (time.GetElapsedTime(begun) < AskAgain)
            {
                await Task.Delay(AskAgain, time, cancellationToken);
            }
        }
    }

    private async Task<(CandidateReply? Ended, FailedResult? Failure)> FollowAsync(
        string node, string key, IWorkGrain work, Func<Task<CandidateReply>> first, CancellationToken cancellationToken)
    {
        var ask = first;
        var wasGone = false;
        try
        {
            while (true)
            {
                // 3., 4.
                var reply = await _calls.TryAsync(ask, cancellationToken);
                ask = () => work.WaitAsync(options.LongestWait);
                switch (reply?.Phase)
                {
                    case CandidatePhase.Ended:
                        return Ended(key, reply);
                    case CandidatePhase.Running:
                        wasGone = false;
                        continue;
                    case CandidatePhase.Refused:
                        return Failed(FailureKind.Unavailable, $"Node {node} did not take it: {reply.Problem}.");
                    case CandidatePhase.Unknown:
                        return Failed(FailureKind.Unavailable, $"Node {node} does not know it.");
                    case CandidatePhase.Gone when wasGone:
                        return Failed(FailureKind.HostLost, $"Node {node} was lost while it ran there.");
                }

                // 5. A silo that has only just joined is not known to all others yet.
                wasGone = reply is not null;
                await Task.Delay(wasGone ? options.GoneTwiceAfter : AskAgain, time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (scope.StopsWork)
        {
            await _calls.TryAsync(() => StopAsync(work), CancellationToken.None);
            throw;
        }
    }

    private (CandidateReply? Ended, FailedResult? Failure) Ended(string key, CandidateReply reply)
    {
        if (reply.Problem is not { } problem)
        {
            return (reply, null);
        }

        // In one process a broken host is the user's to repair; in a cluster another node may do better.
        return scope.IsDistributed
            ? Failed(FailureKind.Unavailable, problem)
            : throw (faults.Take(key) ?? new JobException(problem));
    }

    // A slot that came too late for whoever asked; the directory takes it back by itself, but later.
    private void GiveBack(SlotGrant? grant)
    {
        if (grant is not null)
        {
            _ = _calls.TryAsync(() => ReleaseAsync(grant), CancellationToken.None);
        }
    }

    private async Task<SlotGrant> ReleaseAsync(SlotGrant grant)
    {
        await Directory.ReleaseAsync(grant);
        return grant;
    }

    // Where it cannot be reached, its lease runs out, which stops it too.
    private static async Task<IWorkGrain> StopAsync(IWorkGrain work)
    {
        await work.StopAsync();
        return work;
    }
}
