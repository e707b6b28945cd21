using System.Runtime.ExceptionServices;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Results;
using Cluster.Coordinator.Running;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Search.Strategies;
using Cluster.Grains.Ports;

namespace Cluster.Cli.Embedded;

/// <summary>
/// Runs a command's job. The user can repair what is wrong and resume, so the job never fails; the command does.
/// </summary>
internal sealed class EmbeddedJobHost(JobRunnerOptions options) : IJobHost
{
    private readonly TaskCompletionSource<JobOutcome?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsUnattended => false;

    /// <summary>What the run found; null if it was stopped.</summary>
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
            // Keeps the original stack trace.
            _ended.TrySetException(ExceptionDispatchInfo.Capture(failure).SourceException);
        }
    }
}
