namespace Cluster.Coordinator.Tests.Search;

/// <summary>Jobs of more candidates than may be looked at again for each of them.</summary>
public sealed class LongJobTests
{
    private const int Budget = 300;

    private static readonly Lazy<Task<IReadOnlyList<JournalRecord>>> Records = new(RunAsync);

    private static async Task<IReadOnlyList<JournalRecord>> RunAsync()
    {
        var network = Networks.Easy.Choosing(options => options with { BudgetEvaluations = Budget, MaxDrop = 0.02 }) with { Images = 100 };
        var journal = new MemoryJournal();

        // Annealing with more steps than a job takes.
        await Jobs.RunAsync(network, journal, strategy: SearchStrategies.Exploring((memory, rounds) => new AnnealExploration(
            memory,
            new AnnealOptions { StepsPerGroup = 10 * Budget, Steps = (0, 10 * Budget) },
            rounds,
            new GreedyExploration(memory, new StagedEvaluation(memory, rounds), rounds))));
        return journal.Records;
    }

    [Fact]
    public async Task Run_LongerThanItsBudget_SpendsAllOfIt()
    {
        var records = await Records.Value;

        // The baselines are within the budget.
        records.Select(record => record.Event)
            .OfType<RoundProposed>()
            .SelectMany(round => round.Items)
            .Count(proposed => proposed.Item is AccuracyItem)
            .ShouldBe(Budget);
    }

    [Fact]
    public async Task Memory_FollowedRecordByRecord_IsThatOfTheWholeJournal()
    {
        var records = await Records.Value;
        var state = JobState.Fold([records[0].Event]).ShouldNotBeNull();
        for (var i = 1; i < records.Count; i++)
        {
            state.Apply(records[i].Event);
            var followed = OutcomeBuilder.BestSoFar(state.Memory);
            if (i % 97 == 0)
            {
                var fresh = JobState.Fold(records.Take(i + 1).Select(record => record.Event)).ShouldNotBeNull();
                followed.ShouldBe(OutcomeBuilder.BestSoFar(fresh.Memory));
                state.Memory.FullEvaluations.ShouldBe(fresh.Memory.FullEvaluations);
                state.Memory.BudgetLeft.ShouldBe(fresh.Memory.BudgetLeft);
            }
        }
    }

    [Fact]
    public async Task Best_LongJob_LagsOnePercentAtMost()
    {
        var records = await Records.Value;
        var state = JobState.Fold([records[0].Event]).ShouldNotBeNull();
        var view = new JobView();
        view.Apply(records[0]);
        var bests = new List<Plan?> { null };
        foreach (var record in records.Skip(1))
        {
            state.Apply(record.Event);
            view.Apply(record);
            if (view.Done == bests.Count)
            {
                bests.Add(OutcomeBuilder.BestSoFar(state.Memory)?.Plan);
            }

            bests.GetRange(view.Done - (view.Done / 100), (view.Done / 100) + 1).ShouldContain(view.Best?.Plan);
        }

        view.Done.ShouldBeGreaterThan(Budget);
        view.Best?.Plan.ShouldBe(bests[^1]);
    }
}
