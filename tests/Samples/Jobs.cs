using Cluster.Coordinator.Running;
using Cluster.Coordinator.Search.Strategies.Explorations;

namespace Cluster.Tests;

internal static class Jobs
{
    public static async Task<JobOutcome> RunAsync(
        SyntheticNetwork network,
        IJournal? journal = null,
        IEvaluator? evaluator = null,
        JobRunnerOptions? options = null,
        CancellationToken? cancellationToken = null,
        ISearchStrategy? strategy = null)
    {
        using var jobJournal = new JobJournal(journal ?? new MemoryJournal());
        using var control = new JobControl(jobJournal);
        var runner = new JobRunner(
            evaluator ?? new SyntheticEvaluator(network),
            jobJournal,
            control,
            strategy ?? SearchStrategies.Of(network.Spec.Options),
            options);
        return (await runner.RunAsync(network.Spec, cancellationToken ?? TestContext.Current.CancellationToken)).ShouldNotBeNull();
    }

    /// <summary>The journal of a job that ran to its end.</summary>
    public static async Task<MemoryJournal> JournalAsync(
        SyntheticNetwork network, IEvaluator? evaluator = null, JobRunnerOptions? options = null)
    {
        var journal = new MemoryJournal();
        await RunAsync(network, journal, evaluator, options);
        return journal;
    }

    /// <summary>The network with jobs that search by another strategy than the usual one.</summary>
    public static SyntheticNetwork By(this SyntheticNetwork network, StrategyKind strategy) =>
        network.Choosing(options => options with { Strategy = strategy });

    /// <summary>A journal's events as text, one a line.</summary>
    public static string Text(IEnumerable<JournalEvent> events) => string.Join('\n', events.Select(CanonicalJson.Serialize));

    /// <summary>What must not depend on workers, arrivals or crashes: all but the attempts.</summary>
    public static string Decisions(IEnumerable<JournalEvent> events) =>
        Text(RoundOrder.Of(events.Where(e => e is not (AttemptStarted or AttemptFailed))));
}
