using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Results;
using Cluster.Coordinator.Running;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Search.Strategies;
using Cluster.Coordinator.Views;
using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Tests;

/// <summary>Searches that are stopped to take the best so far.</summary>
public sealed class StoppedSearchTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stop_AfterAnyNumberOfResults_EndsWithTheBestOfThem(bool isPaused)
    {
        var whole = new MemoryJournal();
        await Jobs.RunAsync(Networks.Sensitive, whole);
        var results = whole.Events.OfType<ItemCompleted>().Count();
        var succeeded = 0;

        for (var after = 0; after < results; after += 3)
        {
            var journal = new MemoryJournal();
            var outcome = await StoppedAsync(journal, after, isPaused);

            outcome.ShouldNotBeNull($"after {after}");
            succeeded++;
            journal.Events.Last().ShouldBeOfType<JobCompleted>();
            outcome.Stopped.ShouldBe("requested (enough)");
            outcome.Evaluated.ShouldNotBeEmpty();
            var timings = new ResultTimings(1.5, new Dictionary<string, double>(StringComparer.Ordinal));
            var result = ResultBuilder.Build(outcome, "net.onnx", 1234, static _ => null, parity: null, timings).Format();
            SchemaValidator.Of("result.schema.json").Errors(result).ShouldBeEmpty();
            var best = OutcomeBuilder.BestSoFar(JobState.Fold(journal.Events)!);
            (outcome.Winner.Plan.IsBaseline || outcome.Winner.Plan.Equals(best!.Plan)).ShouldBeTrue($"after {after}");
            var view = new JobView();
            journal.Events.Select((e, i) => new JournalRecord(i, 1, default, e)).ToList().ForEach(record => view.Apply(record));
            view.Status.ShouldBe(JobStatus.Succeeded);
        }

        succeeded.ShouldBeGreaterThan(3);
    }

    [Fact]
    public async Task Stop_ThenACrashAnywhere_EndsWithTheSameWinner()
    {
        var journal = new MemoryJournal();
        var expected = (await StoppedAsync(journal, 14, isPaused: false)).ShouldNotBeNull();
        var stopped = journal.Events.ToList().FindIndex(e => e is StopRequested);

        for (var kept = stopped + 1; kept < journal.Events.Count(); kept++)
        {
            var resumed = new MemoryJournal(journal.Events.Take(kept));
            var outcome = await Jobs.RunAsync(Networks.Sensitive, resumed);

            outcome.Winner.Plan.Digest.ShouldBe(expected.Winner.Plan.Digest);
            resumed.Events.OfType<RoundProposed>().Count().ShouldBe(journal.Events.OfType<RoundProposed>().Count());
        }
    }

    [Fact]
    public async Task Stop_AJobThatIsOver_IsRefused()
    {
        var journal = new MemoryJournal();
        await Jobs.RunAsync(Networks.Easy, journal);
        using var jobJournal = new JobJournal(journal);
        using var control = new JobControl(jobJournal);

        (await control.StopAsync("late")).ShouldBeFalse();
    }

    private static async Task<JobOutcome?> StoppedAsync(MemoryJournal journal, int after, bool isPaused)
    {
        using var jobJournal = new JobJournal(journal);
        using var control = new JobControl(jobJournal);
        var evaluator = new StoppingEvaluator(after, async () =>
        {
            if (isPaused)
            {
                await control.PauseAsync();
            }

            await control.StopAsync("enough");
        });
        var runner = new JobRunner(evaluator, jobJournal, control, SearchStrategies.Of(new()));
        return await runner.RunAsync(Networks.Sensitive.Spec, Token);
    }

    /// <summary>Stops the search when a number of items were evaluated; the item that is under way then never ends.</summary>
    private sealed class StoppingEvaluator(int after, Func<Task> stop) : IEvaluator
    {
        private int _done;

        public Task<SearchSpace> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(Networks.Sensitive.Space);

        public async Task<WorkResult> EvaluateAsync(WorkItem item, Attempt attempt, CancellationToken cancellationToken)
        {
            if (_done++ == after)
            {
                await stop();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return Networks.Sensitive.Evaluate(item);
        }
    }
}
