using Cluster.Coordinator;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Work;
using Cluster.Grains.Candidates;
using Cluster.Grains.Contracts;
using Cluster.Grains.Hosting;

namespace Cluster.Grains.Jobs;

/// <summary>
/// The evaluator of a job whose candidates run on nodes. A try, step by step:
/// 1. the directory grants a slot (asked again until there is one);
/// 2. the try is journaled with its node, so that no loss goes unnoticed;
/// 3. the node begins it, in a candidate grain of its own silo;
/// 4. that grain is asked, again and again, until it has a result; asking renews the lease;
/// 5. where it does not answer, its node is looked at: gone means lost with its host, there means ask again.
/// Runs outside any grain's turns.
/// </summary>
internal sealed class GrainEvaluator(JobEntry job, IGrainFactory grains, LocalFaults faults, GrainOptions options, JobGrainScope scope, TimeProvider time) : IEvaluator
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(200);

    private readonly string _affinity = JobAffinity.Of(job);

    private INodeDirectoryGrain Directory => grains.GetGrain<INodeDirectoryGrain>(0);

    public Task<SearchSpace> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(job.Space);

    public async Task<WorkResult> EvaluateAsync(WorkItem item, Attempt attempt, CancellationToken cancellationToken)
    {
        var key = Assignment.KeyOf(job.Id, attempt.Sequence, attempt.Number);
        if (attempt.Node is { } already)
        {
            return await FollowAsync(key, already, cancellationToken);
        }

        // 1.
        var request = new SlotRequest(job.Id, scope.IsDistributed ? job.Spec.Versions.InstructionSet : string.Empty, _affinity, attempt.Alone);
        var grant = await AcquireAsync(request, cancellationToken);

        // 2.
        await attempt.Started(grant.Node, grant.Device);

        // 3.
        var assignment = new Assignment(job.Id, attempt.Sequence, attempt.Number, grant, Carried.Of(item));
        try
        {
            var reply = await grains.GetGrain<INodeGrain>(grant.Node).BeginAsync(assignment);
            if (reply != BeginReply.Begun)
            {
                return new FailedResult(FailureKind.Unavailable, $"Node {grant.Node} did not take it ({reply}).");
            }
        }
        catch (Exception failure) when (IsTransient(failure))
        {
            // Whether it began is unknown: asking tells.
        }

        return await FollowAsync(key, grant.Node, cancellationToken);
    }

    private static bool IsTransient(Exception failure) => failure is OrleansException or TimeoutException or InvalidOperationException;

    private async Task<SlotGrant> AcquireAsync(SlotRequest request, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                if (await Directory.AcquireAsync(request, options.LongestWait) is { } grant)
                {
                    return grant;
                }
            }
            catch (Exception failure) when (IsTransient(failure))
            {
                await Task.Delay(AskAgain, time, cancellationToken);
            }
        }
    }

    private async Task<WorkResult> FollowAsync(string key, string node, CancellationToken cancellationToken)
    {
        var candidate = grains.GetGrain<ICandidateGrain>(key);
        try
        {
            while (true)
            {
                // 4.
                var reply = await AskAsync(candidate, cancellationToken);
                switch (reply?.Phase)
                {
                    case CandidatePhase.Ended:
                        return Result(key, reply);
                    case CandidatePhase.Running:
                        continue;
                }

                // 5.
                var alive = await IsAliveAsync(node);
                if (alive == false)
                {
                    return new FailedResult(FailureKind.HostLost, $"Node {node} was lost while it ran there.");
                }

                if (alive == true && reply is not null)
                {
                    return new FailedResult(FailureKind.Unavailable, $"Node {node} no longer knows it.");
                }

                await Task.Delay(AskAgain, time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (scope.StopsWork)
        {
            await StopAsync(candidate);
            throw;
        }
    }

    private static async Task<CandidateReply?> AskAsync(Func<Task<CandidateReply>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask().WaitAsync(cancellationToken);
        }
        catch (Exception failure) when (IsTransient(failure))
        {
            return null;
        }
    }

    private Task<CandidateReply?> AskAsync(ICandidateGrain candidate, CancellationToken cancellationToken) =>
        AskAsync(() => candidate.WaitAsync(options.LongestWait), cancellationToken);

    private WorkResult Result(string key, CandidateReply reply)
    {
        if (reply.Result is { } result)
        {
            return result.Value();
        }

        // In one process a broken host is the user's to repair; in a cluster another node may do better.
        return scope.IsDistributed
            ? new FailedResult(FailureKind.Unavailable, reply.Fault ?? "The work broke.")
            : throw (faults.Take(key) ?? new JobException(reply.Fault ?? "The work broke."));
    }

    /// <summary>Null: not known just now.</summary>
    private async Task<bool?> IsAliveAsync(string node)
    {
        try
        {
            return await grains.GetGrain<INodeGrain>(node).GetAsync() is not null;
        }
        catch (Exception failure) when (IsTransient(failure))
        {
            return null;
        }
    }

    private static async Task StopAsync(ICandidateGrain candidate)
    {
        try
        {
            await candidate.StopAsync();
        }
        catch (Exception failure) when (IsTransient(failure))
        {
            // Its lease runs out, which stops it too.
        }
    }
}
