namespace Cluster.Coordinator.Tests.Search.Strategies;

public sealed class GreedyTests
{
    [Fact]
    public async Task Run_HarmlessInt8_WinsWithTheBestCalibrator()
    {
        var outcome = await Jobs.RunAsync(Networks.Easy.By(StrategyKind.Greedy));

        outcome.Result.Decision.Kind.ShouldBe(WinnerKind.Faster);
        outcome.Winner.Plan.QuantizedCount.ShouldBe(8);
        outcome.Winner.Plan.Groups.ShouldAllBe(decision => decision.Calibrator == "mse" && decision.BiasCorrection);
        outcome.Result.Baselines.Int8Best!.Plan.ShouldBe(outcome.Winner.Plan);
        outcome.Result.Baselines.Int8!.Plan.Groups.ShouldAllBe(decision => decision.Calibrator == "max" && !decision.BiasCorrection);
        outcome.Result.Groups.ShouldAllBe(verdict => verdict.Code == VerdictCode.QuantizedFaster);
    }

    [Fact]
    public async Task Run_TwoSensitiveGroups_LeavesExactlyThemInFloat32()
    {
        var outcome = await Jobs.RunAsync(Networks.Sensitive.By(StrategyKind.Greedy));

        Skipped(outcome).ShouldBe([2, 6]);
        outcome.Result.Decision.Kind.ShouldBe(WinnerKind.Faster);
        outcome.Result.Groups[2].Code.ShouldBe(VerdictCode.Float32ForAccuracy);
        outcome.Result.Groups[2].Reason.ShouldContain("keeps accuracy");
        outcome.Result.Groups[3].Code.ShouldBe(VerdictCode.QuantizedFaster);
    }

    [Fact]
    public async Task Run_NeedlessSkip_IsWalkedBack()
    {
        // Expensive and cheap to skip: the ratio picks group 0 first, and group 1 alone would have been enough.
        var network = Networks.Easy with
        {
            Damage = [0.012, 0.03, 0.0001, 0.0001, 0.0001, 0.0001, 0.0001, 0.0001],
            Float32Ms = [0.9, 2.5, 1, 1, 1, 1, 1, 1],
            EdgeMs = 0.001,
            Spec = Networks.Easy.Spec.Choosing(options => options with { MaxDrop = 0.02 }),
        };
        var journal = new MemoryJournal();

        var outcome = await Jobs.RunAsync(network.By(StrategyKind.Greedy), journal);

        Skipped(outcome).ShouldBe([1]);
        journal.Events.OfType<RoundProposed>().ShouldContain(round => round.Purpose.StartsWith("walk-back", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_ScatteredSensitiveGroupsWithDearEdges_SkipsOneContiguousRun()
    {
        var outcome = await Jobs.RunAsync(Networks.Scattered.By(StrategyKind.Greedy));

        outcome.Result.Decision.Kind.ShouldBe(WinnerKind.Faster);
        Skipped(outcome).ShouldBe([2, 3, 4, 5, 6]);
        new SimplicityComparer(Networks.Scattered.Space).Switches(outcome.Winner.Plan).ShouldBe(2);
    }

    [Fact]
    public async Task Run_Int8SlowerInHalfTheGroups_FindsTheFastMix()
    {
        var outcome = await Jobs.RunAsync(Networks.HalfSlower.By(StrategyKind.Greedy));

        outcome.Result.Baselines.Int8Best!.Latency!.MedianMs.ShouldBeGreaterThan(outcome.Result.Baselines.Fp32.Latency!.MedianMs);
        outcome.Result.Decision.Kind.ShouldBe(WinnerKind.Faster);
        Skipped(outcome).ShouldBe([0, 1, 2, 3, 4, 5]);
        outcome.Result.Groups[0].Code.ShouldBe(VerdictCode.Float32ForSpeed);
    }

    [Fact]
    public async Task Run_EverythingSlowerInInt8_IsNotSoldAsAWin()
    {
        var outcome = await Jobs.RunAsync(Networks.AllSlower.By(StrategyKind.Greedy));

        outcome.Result.Decision.Kind.ShouldBe(WinnerKind.NothingFaster);
        outcome.Result.Decision.Feasible.ShouldBeTrue();
        outcome.Winner.Plan.IsBaseline.ShouldBeTrue();
        outcome.Result.Decision.Reason.ShouldContain("Nothing quantized was faster than FP32 at batch 32; nearest: 8 of 8");
        outcome.Result.Front.Single().Plan.IsBaseline.ShouldBeTrue();
        outcome.Result.Groups.ShouldAllBe(verdict => verdict.Code == VerdictCode.Float32NothingFaster);
    }

    [Fact]
    public async Task Run_NothingAccurateEnoughNorFaster_KeepsFloat32()
    {
        var outcome = await Jobs.RunAsync(Networks.Hopeless with { Int8Ms = [.. Enumerable.Repeat(1.5, 8)] });

        outcome.Result.Decision.Kind.ShouldBe(WinnerKind.NothingFaster);
        outcome.Result.Decision.Feasible.ShouldBeTrue();
        outcome.Winner.Plan.IsBaseline.ShouldBeTrue();
        outcome.Result.Decision.Reason.ShouldContain("even those that are not are no faster than FP32");
    }

    [Fact]
    public async Task Run_NothingAccurateEnoughNorFasterButABudgetExcludesFloat32_TellsTheNearest()
    {
        var network = Networks.Hopeless with { Int8Ms = [.. Enumerable.Repeat(1.5, 8)] };
        var outcome = await Jobs.RunAsync(network.Choosing(options => options with { Goal = SearchGoal.Fastest, BopsBudget = 600_000 }));

        outcome.Result.Decision.Kind.ShouldBe(WinnerKind.NothingFeasible);
        outcome.Winner.Plan.IsBaseline.ShouldBeFalse();
    }

    [Fact]
    public async Task Run_NothingFeasible_ReturnsTheMostAccurateWithTheNearestBound()
    {
        var outcome = await Jobs.RunAsync(Networks.Hopeless.By(StrategyKind.Greedy));

        outcome.Result.Decision.Kind.ShouldBe(WinnerKind.NothingFeasible);
        outcome.Result.Decision.Feasible.ShouldBeFalse();
        outcome.Winner.Plan.IsBaseline.ShouldBeFalse();
        outcome.Result.Decision.Reason.ShouldContain("to accept it, give --max-drop");
        var bound = double.Parse(
            outcome.Result.Decision.Reason.Split("--max-drop ")[1].TrimEnd('.', '%'),
            System.Globalization.CultureInfo.InvariantCulture) / 100;
        var again = await Jobs.RunAsync(
            Networks.Hopeless.Choosing(options => options with { MaxDrop = bound }));
        again.Result.Decision.Feasible.ShouldBeTrue();
    }

    [Fact]
    public async Task Run_WithConfidence_DemandsMoreThanTheEstimate()
    {
        var network = Networks.Easy with { Damage = [.. Enumerable.Repeat(0.0009, 8)] };
        var estimate = await Jobs.RunAsync(network.By(StrategyKind.Greedy));
        var bound = await Jobs.RunAsync(network.Choosing(options => options with { Confidence = 0.99 }));

        estimate.Winner.Plan.QuantizedCount.ShouldBe(8);
        bound.Winner.Plan.QuantizedCount.ShouldBeLessThan(8);
    }

    [Fact]
    public async Task Run_TestSetGiven_IsLookedAtOnceForTheWinner()
    {
        var network = Networks.Sensitive;
        network = network with { Spec = network.Spec with { Data = new DataDigests("c", "e", "t") } };
        var evaluator = new SyntheticEvaluator(network);

        var outcome = await Jobs.RunAsync(network.By(StrategyKind.Greedy), evaluator: evaluator);

        evaluator.Asked.OfType<TestItem>().Single().Plan.ShouldBe(outcome.Winner.Plan);
        outcome.Result.Test.ShouldNotBeNull();
    }

    [Fact]
    public async Task Run_ProfileAndSweepFail_StillFindsAWinner()
    {
        var evaluator = new SyntheticEvaluator(Networks.Sensitive, item =>
            item is ProfileItem or SensitivityItem ? new FailedResult(FailureKind.UnsupportedOperator, "no profile") : null);

        var outcome = await Jobs.RunAsync(Networks.Sensitive.By(StrategyKind.Greedy), evaluator: evaluator);

        outcome.Result.Decision.Kind.ShouldBe(WinnerKind.Faster);
        outcome.Profile.ShouldBeNull();
        outcome.Failures.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Run_EveryQuantizedPlanFails_EndsWithFloat32AndTheReason()
    {
        var evaluator = new SyntheticEvaluator(Networks.Easy, item =>
            item is AccuracyItem { Plan.IsBaseline: false } ? new FailedResult(FailureKind.UnsupportedOperator, "no such kernel") : null);

        var outcome = await Jobs.RunAsync(Networks.Easy.By(StrategyKind.Greedy), evaluator: evaluator);

        outcome.Result.Decision.Kind.ShouldBe(WinnerKind.NothingFeasible);
        outcome.Winner.Plan.IsBaseline.ShouldBeTrue();
        outcome.Result.Decision.Reason.ShouldContain("no such kernel");
        outcome.Result.Baselines.Int8Best.ShouldBeNull();
    }

    [Fact]
    public async Task Run_Float32Fails_IsAnErrorWithItsReason()
    {
        var evaluator = new SyntheticEvaluator(Networks.Easy, _ => new FailedResult(FailureKind.UnsupportedOperator, "no such kernel"));

        (await Should.ThrowAsync<JobException>(() => Jobs.RunAsync(Networks.Easy, evaluator: evaluator))).Message.ShouldContain(
            "no such kernel");
    }

    [Fact]
    public void Front_EqualPlansAndBeatenOnes_KeepsTheSimplestOfTheBest()
    {
        var space = Networks.Easy.Space;
        var names = space.Groups.Select(group => group.Name).ToArray();
        var float32 = Plan.Baseline("t", names);
        var int8 = Plan.Uniform(GroupFormat.Int8, "t", names, "mse", biasCorrection: true);
        var mixed = int8.With([3], GroupFormat.Baseline);
        var other = int8.With([4, 6], GroupFormat.Baseline);

        var front = ParetoFront.Of(
            [(float32, 0.1, 10.0), (other, 0.11, 5.0), (mixed, 0.11, 5.0), (int8, 0.12, 6.0)], new SimplicityComparer(space));

        front.ShouldBe([mixed, float32]);
    }

    [Fact]
    public void Simplicity_AnyPlans_IsOrderedByTheStatedKeys()
    {
        var space = Networks.Easy.Space;
        var names = space.Groups.Select(group => group.Name).ToArray();
        var int8 = Plan.Uniform(GroupFormat.Int8, "t", names, "mse", biasCorrection: false);
        Plan[] expected =
        [
            Plan.Baseline("t", names),
            int8,
            Plan.Uniform(GroupFormat.Int8, "t", names, "mse", biasCorrection: true),
            int8.With([0, 1], GroupFormat.Baseline),
            int8.With([3], GroupFormat.Baseline),
            int8.With([3, 4], GroupFormat.Baseline),
            int8.With([3, 5], GroupFormat.Baseline),
        ];

        expected.Reverse().Order(new SimplicityComparer(space)).ShouldBe(expected);
    }

    private static int[] Skipped(JobOutcome outcome) =>
        [.. Enumerable.Range(0, outcome.Winner.Plan.Groups.Count).Where(i => outcome.Winner.Plan.Groups[i].Format.IsBaseline)];
}
