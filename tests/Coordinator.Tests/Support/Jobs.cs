using Cluster.Coordinator.Json;
using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Search;

namespace Cluster.Coordinator.Tests.Support;

internal static class Jobs
{
    public static Task<JobOutcome> RunAsync(SyntheticNetwork network, MemoryJournal? journal = null, IEvaluator? evaluator = null, JobRunnerOptions? options = null) =>
        new JobRunner(evaluator ?? new SyntheticEvaluator(network), journal ?? new MemoryJournal(), new GreedyStrategy(), options)
            .RunAsync(network.Spec, TestContext.Current.CancellationToken);

    /// <summary>A journal's events as text, one a line.</summary>
    public static string Text(IEnumerable<JournalEvent> events) => string.Join('\n', events.Select(CanonicalJson.Serialize));
}
