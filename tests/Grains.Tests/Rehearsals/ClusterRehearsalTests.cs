namespace Cluster.Grains.Tests.Rehearsals;

/// <summary>A whole cluster on virtual time: hours of it in seconds. Alone, as its clock waits for the process's thread pool.</summary>
[Long]
[CollectionDefinition(nameof(ClusterRehearsalTests), DisableParallelization = true)]
[Collection(nameof(ClusterRehearsalTests))]
public sealed class ClusterRehearsalTests
{
    private static readonly Weather Storm = new() { Lost = 0.002, Doubled = 0.02, Crashes = 3, CrashSeconds = 90, Slow = 1, Bad = 1 };

    // Fewer messages: each is a step of the clock.
    private static readonly GrainOptions Options = new()
    {
        AnnounceEvery = TimeSpan.FromSeconds(10),
        LongestWait = TimeSpan.FromSeconds(10),
    };

    private static readonly TimeSpan LongestOnASlowNode = TimeSpan.FromSeconds(150);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Run_Storm_HasTheWinnerOfFineWeatherOnOneNode(int seed)
    {
        var fine = await RunAsync(Weather.Fine, seed: 0, nodes: 1);
        var storm = await RunAsync(Storm, seed, nodes: 8);

        storm[^1].Event.ShouldBeOfType<JobCompleted>();
        Winner(storm).ShouldBe(Winner(fine));
        storm.ShouldNotContain(record => record.Event is ItemFailed);
        storm.Select(record => record.Event).OfType<ItemCompleted>().Select(ended => ended.Sequence).ShouldBeUnique();
        storm.Select(record => record.Event).OfType<AttemptStarted>().Count()
            .ShouldBeGreaterThan(fine.Select(record => record.Event).OfType<AttemptStarted>().Count());
    }

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(0, 1, 0)]
    [InlineData(0, 0, 1)]
    public async Task Run_OneNodeIsHarmed_HasTheSameWinnerInLittleMoreTimeThanWithoutThatNode(int bad, int faulty, int slow)
    {
        var without = await RunAsync(Weather.Fine, seed: 0, nodes: 3);
        var harmed = await RunAsync(new Weather { Bad = bad, Faulty = faulty, Slow = slow }, seed: 0, nodes: 4);

        Winner(harmed).ShouldBe(Winner(without));
        harmed.ShouldNotContain(record => record.Event is ItemFailed);

        // The first of a kind is waited for, wherever it runs: it is not yet known to be slow.
        Took(harmed).ShouldBeLessThan((1.2 * Took(without)) + (slow * LongestOnASlowNode));
    }

    [Fact]
    public async Task Run_SearchOnManyNodes_DecidesAsOnOneAndIsThereInHalfTheTime()
    {
        var one = await RunAsync(Weather.Fine, seed: 0, nodes: 1);
        var many = await RunAsync(Weather.Fine, seed: 0, nodes: 16);

        Cluster.Tests.Jobs.Decisions(many.Select(record => record.Event))
            .ShouldBe(Cluster.Tests.Jobs.Decisions(one.Select(record => record.Event)));
        Took(many).ShouldBeLessThan(Took(one) / 2);
    }

    [Fact]
    public void Step_TimersOfOneMoment_TickTogetherAndCancelledOnesNever()
    {
        var time = new VirtualTime();
        var ticked = new List<string>();
        using var first = time.CreateTimer(_ => ticked.Add("first"), null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);
        using var again = time.CreateTimer(_ => ticked.Add("again"), null, TimeSpan.FromHours(1), TimeSpan.FromHours(1));
        using (time.CreateTimer(_ => ticked.Add("cancelled"), null, TimeSpan.FromMinutes(1), Timeout.InfiniteTimeSpan))
        {
            time.Elapsed.ShouldBe(TimeSpan.Zero);
        }

        time.Step().ShouldBeTrue();
        ticked.ShouldBe(["first", "again"]);
        time.Elapsed.ShouldBe(TimeSpan.FromHours(1));
        time.Step().ShouldBeTrue();
        ticked.ShouldBe(["first", "again", "again"]);
        again.Dispose();
        time.Step().ShouldBeFalse();
    }

    // On a thread of its own: the loop waits for those of the pool.
    private static Task<IReadOnlyList<JournalRecord>> RunAsync(Weather weather, long seed, int nodes) => Task.Factory.StartNew(
        () =>
        {
            // As nodes prepare jobs; greedy asks for several plans at once.
            var network = Cluster.Tests.Jobs.By(Networks.Sensitive, StrategyKind.Greedy);
            network = network with { Spec = network.Spec with { SweepParts = SweepPart.Usual } };
            using var pool = new QuietPool();
            return new ClusterRehearsal(network, weather, seed, Options).Run([RehearsedJob.Of(network, "j-1")], nodes, pool)[0];
        },
        TestContext.Current.CancellationToken,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    private static TimeSpan Took(IReadOnlyList<JournalRecord> journal) => journal[^1].At - journal[0].At;

    private static string Winner(IEnumerable<JournalRecord> journal) =>
        JobState.Fold(journal.Select(record => record.Event)).ShouldNotBeNull().Winner.ShouldNotBeNull().Plan.Digest;
}
