namespace Cluster.Coordinator.Tests;

/// <summary>Searches that are stopped to take the best so far.</summary>
public sealed class StoppedSearchTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stop_AfterAnyNumberOfResults_EndsWithTheBestOfThem(bool isPaused)
    {
        var whole = await Jobs.JournalAsync(Networks.Sensitive);
        var results = whole.Events.OfType<ItemCompleted>().Count();

        for (var after = 0; after < results; after += 3)
        {
            var (outcome, journal) = await StoppedAsync(after, isPaused);

            journal.Events.Last().ShouldBeOfType<JobCompleted>();
            outcome.Result.Decision.Stopped.ShouldBe("requested (enough)");
            outcome.Evaluated.ShouldNotBeEmpty();
            Sample.Result(outcome.Result).Winner.PlanDigest.ShouldBe(outcome.Winner.Plan.Digest);
            var best = OutcomeBuilder.BestSoFar(journal.State.Memory);
            (outcome.Winner.Plan.IsBaseline || outcome.Winner.Plan.Equals(best!.Plan)).ShouldBeTrue($"after {after}");
        }

        results.ShouldBeGreaterThan(9);
    }

    [Fact]
    public async Task Stop_ThenACrashAnywhere_EndsWithTheSameWinner()
    {
        var (expected, journal) = await StoppedAsync(14, isPaused: false);
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
        using var job = new ControlledJob((await Jobs.JournalAsync(Networks.Easy)).Events);

        (await job.Control.StopAsync("late")).ShouldBeFalse();
    }

    // When a number of items were evaluated; the item that is under way then never ends.
    private static async Task<(JobOutcome Outcome, MemoryJournal Journal)> StoppedAsync(int after, bool isPaused)
    {
        using var job = new ControlledJob();
        var done = 0;
        var evaluator = new PlayedEvaluator(Networks.Sensitive, async (_, _, stop) =>
        {
            if (done++ == after)
            {
                await (isPaused ? job.Control.PauseAsync() : Task.FromResult(true));
                await job.Control.StopAsync("enough");
                await Task.Delay(Timeout.Infinite, stop);
            }

            return null;
        });
        return ((await job.RunAsync(Networks.Sensitive, evaluator)).ShouldNotBeNull(), job.Journal);
    }
}
