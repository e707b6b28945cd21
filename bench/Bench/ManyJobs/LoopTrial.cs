using System.Diagnostics;
using Cluster.Contract;
using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Running;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Search.Strategies.Explorations;
using Cluster.Coordinator.Views;
using Cluster.Coordinator.Work;
using Cluster.Evaluation.Nodes;
using Cluster.Harness.Synthetic;
using Cluster.Storage.Files;

namespace Cluster.Bench.ManyJobs;

/// <summary>A synthetic job by the loop of `cluster run`, with a journal in a folder and without Orleans, gRPC and slots.</summary>
internal static class LoopTrial
{
    /// <param name="spec">The job.</param>
    /// <param name="folder">Receives its files.</param>
    /// <param name="workers">Items at once.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Time from its request to its end, and the items that were done.</returns>
    public static async Task<(TimeSpan Took, int Done)> RunAsync(
        Contract.V1.JobSpec spec, string folder, int workers, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        var inputs = new JobInputs { Model = "model", Calibration = "folder:/nothing" };
        var prepared = SyntheticJob.Prepare(inputs, JobOptionsMapping.Read(spec));
        Directory.CreateDirectory(folder);
        await using var stored = FileJournal.Open(Path.Combine(folder, "journal.jsonl"), TimeProvider.System);
        using var journal = new JobJournal(stored);
        using var control = new JobControl(journal);
        using var job = new SyntheticJob(
            prepared.Spec, new NodeFolders(Path.Combine(folder, "artefacts"), Path.Combine(folder, "cache")), poisoned: null);
        var runner = new JobRunner(
            new Evaluator(job, prepared.Space, journal),
            journal,
            control,
            SearchStrategies.Of(prepared.Spec.Options),
            new JobRunnerOptions { Workers = workers, Publishes = true });
        await runner.RunAsync(prepared.Spec, cancellation);
        var took = Stopwatch.GetElapsedTime(began);
        var view = new JobView();
        foreach (var record in journal.Records(0))
        {
            view.Apply(record);
        }

        return (took, view.Done);
    }

    private sealed class Evaluator(SyntheticJob job, SearchSpace space, JobJournal journal) : IEvaluator
    {
        public Task<SearchSpace> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(space);

        public async Task<WorkResult> EvaluateAsync(WorkItem item, Attempt attempt, CancellationToken cancellationToken)
        {
            await attempt.Started("here", "cpu", null);
            var state = item is PublishItem ? JobState.Fold(journal.Records(0).Select(record => record.Event)) : null;
            return await job.ExecuteAsync(item, state, static _ => { }, cancellationToken);
        }
    }
}
