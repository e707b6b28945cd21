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
/// The evaluator of a job whose candidates run on nodes. An attempt, step by step:
/// 1. the directory grants a slot (asked again until there is one);
/// 2. the attempt is journaled with its node, so that no loss goes unnoticed;
/// 3. the grain of that kind of work begins it, on that node;
/// 4. it is asked, again and again, until it has a result; asking renews the lease;
/// 5. where the answer is that its node is no more, twice, it is lost with its host; where there is no answer, it is asked again.
/// Runs outside any grain's turns.
/// </summary>
internal sealed class GrainEvaluator(
    JobEntry job,
    IGrainFactory grains,
    LocalFaults faults,
    GrainOptions options,
    JobGrainScope scope,
    TimeProvider time,
    ILogger logger) : IEvaluator
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(200);

    private readonly GrainCalls _calls = new(options.LongestWait + options.CallMargin, time, logger);
    private readonly string _affinity = JobAffinity.Of(job);

    private INodeDirectoryGrain Directory => grains.GetGrain<INodeDirectoryGrain>(0);

    public Task<SearchSpace> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(job.Space);

    public async Task<WorkResult> EvaluateAsync(WorkItem item, Attempt attempt, CancellationToken cancellationToken)
    {
        if (attempt.Node is { } already)
        {
            var key = Assignment.KeyOf(already, job.Id, attempt.Sequence, attempt.Number);
            var taken = GrainOf(item, key);
            var found = await FollowAsync(already, key, taken, () => taken.WaitAsync(options.LongestWait), cancellationToken);

            // A cluster of one silo loses node and coordinator together: that says nothing about what ran there.
            return found is FailedResult { Kind: FailureKind.HostLost } && !scope.HasOtherSilos
                ? new FailedResult(FailureKind.Unavailable, $"It ended with the silo {already}.")
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
        var assignment = new Assignment(job.Id, attempt.Sequence, attempt.Number, grant, Carried.Of(item));
        var begun = GrainOf(item, assignment.Key);
        return await FollowAsync(
            grant.Node, assignment.Key, begun, () => begun.BeginAsync(assignment, options.LongestWait), cancellationToken);
    }

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

    private async Task<WorkResult> FollowAsync(
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
                        return Result(key, reply);
                    case CandidatePhase.Running:
                        wasGone = false;
                        continue;
                    case CandidatePhase.Refused:
                        return new FailedResult(FailureKind.Unavailable, $"Node {node} did not take it: {reply.Problem}.");
                    case CandidatePhase.Unknown:
                        return new FailedResult(FailureKind.Unavailable, $"Node {node} does not know it.");
                    case CandidatePhase.Gone when wasGone:
                        return new FailedResult(FailureKind.HostLost, $"Node {node} was lost while it ran there.");
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

    private WorkResult Result(string key, CandidateReply reply)
    {
        if (reply.Result is { } result)
        {
            return result.Value();
        }

        // In one process a broken host is the user's to repair; in a cluster another node may do better.
        return scope.IsDistributed
            ? new FailedResult(FailureKind.Unavailable, reply.Problem ?? "The work broke.")
            : throw (faults.Take(key) ?? new JobException(reply.Problem ?? "The work broke."));
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

    private IWorkGrain GrainOf(WorkItem item, string key) => item switch
    {
        FineTuneItem => grains.GetGrain<IFineTuneGrain>(key),
        ReconstructItem => grains.GetGrain<IReconstructionGrain>(key),
        _ => grains.GetGrain<ICandidateGrain>(key),
    };
}
