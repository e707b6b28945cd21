namespace Cluster.Coordinator.Tests.Search;

/// <summary>A target that offers a third format: INT8 fastest, FP16 between it and FP32.</summary>
public sealed class FormatSearchTests
{
    private static readonly SyntheticNetwork Network = Networks.Sensitive with
    {
        Float16Ms = [.. Enumerable.Repeat(0.6, 8)],
        EdgeMs = 0.05,
    };

    private static readonly Plan Start = Uniform(GroupFormat.Int8);

    [Fact]
    public void Best_SensitiveGroup_GetsTheCheaperFinerFormat()
    {
        var best = Moves().Best(Start).ToArray();

        // FP16 recovers all but a thousandth of what FP32 does, for a third of the milliseconds.
        best[0].ShouldBe(Start.With([6], GroupFormat.Float16));
        best.ShouldContain(Start.With([6], GroupFormat.Baseline));
        best.ShouldAllBe(plan => !plan.IsBaseline);
    }

    [Fact]
    public void Best_GroupInFloat16_GoesOnToTheBaselineOnly()
    {
        var current = Uniform(GroupFormat.Float16).With([0], GroupFormat.Baseline);

        var best = Moves().Best(current).ToArray();

        best.ShouldNotBeEmpty();
        best.ShouldAllBe(plan => plan.CountOf(GroupFormat.Int8) == 0 && plan.CountOf(GroupFormat.Baseline) > 1);
    }

    [Fact]
    public void Back_GroupsLeftInFinerFormats_AreTriedInEveryCoarserOneUpToTheStart()
    {
        var current = Start.With([2], GroupFormat.Float16).With([6], GroupFormat.Baseline);

        SkipMoves.Back(Known(), Start, current).ShouldBe([
            current.With([6], GroupFormat.Float16), // least harm first
            Start.With([6], GroupFormat.Baseline),
            Start.With([2], GroupFormat.Float16),
        ]);
    }

    [Fact]
    public void Propose_FormatThatIsFastestInSomeGroups_IsProposedThere()
    {
        var network = Network with { Int8Ms = [1.5, 1.5, 1.5, 1.5, 0.4, 0.4, 0.4, 0.4] };

        var plans = SpeedMoves.Propose(Known(network), Start, Start, count: 1);

        plans.ShouldBe([Start.With([0, 1, 2, 3], GroupFormat.Float16)]);
    }

    [Fact]
    public void Simplest_SameGroupsInMoreFormats_ComeLater()
    {
        var simplest = new SimplicityComparer(Network.Space);
        Plan[] ordered =
        [
            Plan.Baseline("t", Names),
            Uniform(GroupFormat.Float16),
            Start,
            Start.With([3, 4, 5, 6, 7], GroupFormat.Float16),
            Start.With([6, 7], GroupFormat.Baseline),
            Start.With([5, 6], GroupFormat.Float16).With([7], GroupFormat.Baseline),
        ];

        ordered.Reverse().Order(simplest).ShouldBe(ordered);
        simplest.CompareStructure(Start, Uniform(GroupFormat.Float16)).ShouldBe(0);
        simplest.Switches(ordered[^1]).ShouldBe(2);
    }

    [Fact]
    public async Task Run_ThreeFormats_TheWinnerUsesEachWhereItPays()
    {
        var outcome = await Jobs.RunAsync(Network);
        var without = await Jobs.RunAsync(Network with { Float16Ms = null });

        outcome.Result.Decision.Feasible.ShouldBeTrue();
        outcome.Winner.Plan.CountOf(GroupFormat.Int8).ShouldBeGreaterThan(0);
        outcome.Winner.Plan.CountOf(GroupFormat.Float16).ShouldBeGreaterThan(0);
        outcome.Winner.Latency!.MedianMs.ShouldBeLessThan(without.Winner.Latency!.MedianMs);
        outcome.Result.Groups.Select(verdict => verdict.Format).ShouldBe(outcome.Winner.Plan.Groups.Select(group => group.Format));
        outcome.Result.Groups.First(verdict => verdict.Format == GroupFormat.Float16).Reason.ShouldStartWith("FP16 saves ");
    }

    [Fact]
    public async Task Run_ThreeFormats_EveryEventFitsTheSchemaOfJournals()
    {
        await WrittenJournal.ShouldFitAsync((await Jobs.JournalAsync(Network)).Events);
    }

    [Fact]
    public void NumbersOf_FormatThatIsNotOffered_IsRefused() =>
        Should.Throw<JobException>(() => FormatCatalog.Default.NumbersOf(Uniform(GroupFormat.Float16))).Message.ShouldBe(
            "The plan runs group \"g00\" in float16 where one of float32, int8 is expected: search with this format among those offered.");

    [Fact]
    public void Catalog_NoneOrTwice_IsRefused()
    {
        Should.Throw<JobException>(() => new FormatCatalog([])).Message.ShouldContain("correct the list");
        Should.Throw<JobException>(() => new FormatCatalog([GroupFormat.Int8, GroupFormat.Int8])).Message.ShouldContain("int8, int8");
        Should.Throw<JobException>(() => new FormatCatalog([GroupFormat.Baseline])).Message.ShouldContain("besides float32");
    }

    private static IEnumerable<string> Names => Network.Space.Groups.Select(group => group.Name);

    private static Plan Uniform(GroupFormat format) =>
        Plan.Uniform(format, Network.Spec.Options.Target, Names, "mse", biasCorrection: true);

    // What a search knows when it begins to move groups.
    private static SkipMoves Moves() => new(Known());

    private static SearchMemory Known(SyntheticNetwork? network = null)
    {
        var known = network ?? Network;
        var memory = new SearchMemory(known.Spec, known.Space);
        foreach (var item in new Work.WorkItem[]
        {
            memory.AccuracyOf(memory.Baseline, ImageScope.Full),
            memory.AccuracyOf(Start, ImageScope.Full),
            memory.SensitivityOf(Start, 256).Single(),
            memory.LatencyOf(Start),
            memory.LatencyOf(Uniform(GroupFormat.Float16)),
            memory.ProfileOf(Start),
        })
        {
            memory.Add(item, known.Evaluate(item));
        }

        return memory;
    }
}
