using System.Runtime.ExceptionServices;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Results;
using Cluster.Coordinator.Running;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Search.Strategies;
using Cluster.Grains.Ports;

namespace Cluster.Cli.Embedded;

/// <summary>
/// Runs a command's job: what is wrong is the user's to repair, so the job itself never fails, and its end is the
/// command's.
/// </summary>
internal sealed class EmbeddedJobHost(JobRunnerOptions options) : IJobHost
{
    private readonly TaskCompletionSource<JobOutcome?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool FailureEndsJobs => false;

    /// <summary>What the run found; null where it was stopped.</summary>
    public async Task<JobOutcome?> OutcomeAsync(CancellationToken cancellation) => await _ended.Task.WaitAsync(cancellation);

    public JobRunnerOptions OptionsFor(JobEntry job) => options;

    public ISearchStrategy StrategyFor(JobEntry job) => SearchStrategies.Of(job.Spec.Options);

    public void Ended(JobEntry job, JobOutcome? outcome, Exception? failure)
    {
        if (failure is null)
        {
            _ended.TrySetResult(outcome);
        }
        else
        {
            // With the stack of where it happened.
            _ended.TrySetException(ExceptionDispatchInfo.Capture(failure).SourceException);
        }
    }
}
