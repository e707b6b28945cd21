using System.Globalization;
using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Running;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Search.Strategies.Explorations;
using Cluster.Coordinator.Work;
using Cluster.Simulation;

namespace Cluster.Bench.Scale;

/// <summary>What a job of many candidates costs its coordinator, at its beginning and at its end, in the processor's time.</summary>
/// <param name="Candidates">Items with a result.</param>
/// <param name="Decisions">Times that the strategy was asked.</param>
/// <param name="First">The second tenth; the first one warms up.</param>
/// <param name="Last">The last tenth of the exploration.</param>
/// <param name="Whole">All of the job, with its choice of a winner and its outcome.</param>
/// <param name="Held">Bytes that the job holds when it is over.</param>
internal sealed record DecisionCost(int Candidates, int Decisions, TenthCost First, TenthCost Last, TimeSpan Whole, long Held)
{
    public const string Header =
        "| strategy | candidates | decisions | ms a decision, second tenth | last tenth | µs a candidate, second tenth "
        + "| last tenth | whole job, s | MB held | bytes a candidate |\n|---|---|---|---|---|---|---|---|---|---|";

    public string Row(StrategyKind? strategy) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {strategy?.ToString().ToLowerInvariant() ?? "random"} | {Candidates} | {Decisions} "
        + $"| {First.DecisionMs:0.00} | {Last.DecisionMs:0.00} | {First.CandidateUs:0} | {Last.CandidateUs:0} "
        + $"| {Whole.TotalSeconds:0.0} | {Held / 1e6:0.0} "
        + $"| {(double)Held / Candidates:0} |");

    /// <summary>The strategy that options name; without one, plans are drawn at random.</summary>
    public static ISearchStrategy Of(JobOptions options) =>
        options.Strategy is null
            ? SearchStrategies.Exploring((memory, rounds) => new RandomExploration(memory, rounds))
            : SearchStrategies.Of(options);

    /// <summary>Runs a job whose measurements take no time, to its end, through the product's runner, journal and search.</summary>
    public static async Task<DecisionCost> MeasureAsync(SyntheticNetwork network, JobOptions options, CancellationToken cancellation)
    {
        var spec = network.Spec with { Options = options };
        var strategy = new TimedStrategy(Of(options));
        var ended = new List<TimeSpan>();
        var began = Environment.CpuUsage.TotalTime;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await using var stored = new UnkeptJournal(journalEvent =>
        {
            if (journalEvent is ItemCompleted or ItemFailed)
            {
                ended.Add(Environment.CpuUsage.TotalTime);
            }
        });
        using var journal = new JobJournal(stored);
        using var control = new JobControl(journal);
        var runner = new JobRunner(
            new AnswerAtOnce(network), journal, control, strategy, new JobRunnerOptions { Workers = 8, Progress = new NoProgress() });
        await runner.RunAsync(spec, cancellation);
        var whole = Environment.CpuUsage.TotalTime - began;
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(strategy);
        return new DecisionCost(
            ended.Count,
            strategy.Decisions.Count,
            TenthCost.Of(1, strategy.Decisions, ended),
            TenthCost.Of(9, strategy.Decisions, ended),
            whole,
            held);
    }

    /// <summary>Runs such a job to its end; what is recorded of it.</summary>
    public static async Task<IReadOnlyList<JournalEvent>> RecordAsync(
        SyntheticNetwork network, JobOptions options, CancellationToken cancellation)
    {
        var events = new List<JournalEvent>();
        await using var stored = new UnkeptJournal(events.Add);
        using var journal = new JobJournal(stored);
        using var control = new JobControl(journal);
        var runner = new JobRunner(
            new AnswerAtOnce(network), journal, control, Of(options), new JobRunnerOptions { Workers = 8 });
        await runner.RunAsync(network.Spec with { Options = options }, cancellation);
        return events;
    }

    private sealed class AnswerAtOnce(SyntheticNetwork network) : IEvaluator
    {
        public Task<SearchSpace> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(network.Space);

        public async Task<WorkResult> EvaluateAsync(WorkItem item, Attempt attempt, CancellationToken cancellationToken)
        {
            await attempt.Started("here", "cpu:0");
            return network.Evaluate(item);
        }
    }

    private sealed class NoProgress : IProgress<JobProgress>
    {
        public void Report(JobProgress value)
        {
            // What it costs to make is what is measured.
        }
    }
}
