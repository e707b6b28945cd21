using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Search.Strategies.Explorations;
using Cluster.Coordinator.Work;
using Cluster.Evaluation;

namespace Cluster.Cli.Verbs.Running;

/// <summary>The beginning of a job by itself, for `--dry-run`: FP32 is scored, and its answers are looked at for wrong data.</summary>
internal static class JobBeginning
{
    /// <summary>Runs the job until it asks for anything but FP32's accuracy.</summary>
    /// <param name="job">The job.</param>
    /// <param name="folder">A folder of its own, for its journal.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>FP32's accuracy; null if it has none.</returns>
    /// <exception cref="JobException">The job would end here: FP32 is worthless, or the data are proved to be wrong.</exception>
    public static async Task<AccuracyResult?> RunAsync(OpenedJob job, string folder, CancellationToken cancellation)
    {
        await using var stored = FileJournal.Open(Path.Combine(folder, JobFolder.JournalName));
        using var journal = new JobJournal(stored);
        using var control = new JobControl(journal);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var evaluator = new Beginning(new LocalEvaluator(job.Lazy), enough);
        try
        {
            await new JobRunner(evaluator, journal, control, SearchStrategies.Of(job.Spec.Options), new JobRunnerOptions())
                .RunAsync(job.Spec, enough.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // What follows is the search.
        }

        JobRunner.RequireTrustworthyData(journal, job.Spec.Options);
        return evaluator.Float32;
    }

    private sealed class Beginning(LocalEvaluator evaluator, CancellationTokenSource enough) : IEvaluator
    {
        public AccuracyResult? Float32 { get; private set; }

        public Task<SearchSpace> DescribeAsync(CancellationToken cancellationToken) => evaluator.DescribeAsync(cancellationToken);

        public async Task<WorkResult> EvaluateAsync(WorkItem item, Attempt attempt, CancellationToken cancellationToken)
        {
            if (item is AccuracyItem { Plan.IsBaseline: true })
            {
                var result = await evaluator.EvaluateAsync(item, attempt, cancellationToken);
                Float32 = result as AccuracyResult;
                return result;
            }

            if (item is CalibratorItem)
            {
                // In FP32's round, which is to end: without a choice plans have the first calibrator.
                return new FailedResult(FailureKind.InvalidCandidate, "Calibrators are chosen by the job itself.");
            }

            await enough.CancelAsync();
            throw new OperationCanceledException(enough.Token);
        }
    }
}
