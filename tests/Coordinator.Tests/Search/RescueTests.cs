namespace Cluster.Coordinator.Tests.Search;

/// <summary>
/// No plan is both accurate enough and faster than FP32: the fastest that were refused are learned for before the job gives up.
/// </summary>
public sealed class RescueTests
{
    /// <summary>
    /// Two groups gain all the time there is to gain; one loses a little more than the accepted point, the other ten. The rest gains
    /// nothing.
    /// </summary>
    private static SyntheticNetwork Nothing => new SyntheticNetwork
    {
        Damage = [0, 0.016, 0, 0, 0, 0.1, 0, 0],
        Float32Ms = [.. Enumerable.Repeat(1.0, 8)],
        Int8Ms = [1.05, 0.3, 1.05, 1, 1.05, 0.3, 1.05, 1],
        Images = 4000,
    }.By(StrategyKind.Greedy);

    [Fact]
    public async Task Run_NothingIsFaster_LearnsForTheTwoFastestRefusedPlans()
    {
        // QDrop undoes half: enough for one of the groups.
        var network = ReconstructionTests.Rebuilding(Nothing with { Recovered = step => step == ReconstructionStep.QDrop ? 0.5 : 0.1 });
        var evaluator = new SyntheticEvaluator(network);

        var outcome = await Jobs.RunAsync(network, evaluator: evaluator);

        (await Jobs.RunAsync(Nothing)).Result.Decision.Kind.ShouldBe(WinnerKind.NothingFaster);
        var asked = evaluator.Asked.OfType<ReconstructItem>().ToArray();
        asked.Select(item => (item.Step, item.Rank)).ShouldBe(
            [.. from rank in new[] { 0, 1 } from step in Enum.GetValues<ReconstructionStep>() select (step, rank)]);
        network.MsOf(asked[0].Plan).ShouldBeLessThan(network.MsOf(asked[^1].Plan));
        (outcome.Result.Decision.Kind, outcome.Result.Decision.Feasible).ShouldBe((WinnerKind.Faster, true));
        (outcome.Result.Reconstruction!.Kept, outcome.Result.Reconstruction.Second!.Kept).ShouldBe((false, true));
        outcome.Winner.Plan.HasFormatsOf(asked[^1].Plan).ShouldBeTrue();
        outcome.Result.Groups.Select(verdict => verdict.Format).ShouldBe(outcome.Winner.Plan.Groups.Select(group => group.Format));
        Sample.Result(outcome.Result);
    }

    [Fact]
    public async Task Run_NothingIsFasterAndThereAreTrainingImages_TrainsThemWithWhatWasLearned()
    {
        // QDrop undoes a tenth, training half of the rest: enough for one group.
        var network = Training(ReconstructionTests.Rebuilding(
            Nothing with { Recovered = step => step == ReconstructionStep.QDrop ? 0.1 : 0.05 }));
        var evaluator = new SyntheticEvaluator(network);

        var outcome = await Jobs.RunAsync(network, evaluator: evaluator);

        evaluator.Asked.OfType<ReconstructItem>().Count().ShouldBe(8);
        var trained = evaluator.Asked.OfType<FineTuneItem>().ToArray();
        trained.Select(item => item.Rank).ShouldBe([0, 1]);
        trained.ShouldAllBe(item => item.Learned != null && item.Plan.Groups.Any(group => group.Rounding == "qdrop"));
        (outcome.Result.FineTune!.Kept, outcome.Result.FineTune.Second!.Kept).ShouldBe((false, true));
        outcome.Result.FineTune.Reason.ShouldContain("not within the accepted drop");
        outcome.Result.Decision.Kind.ShouldBe(WinnerKind.Faster);
        outcome.Winner.Plan.Groups.ShouldContain(group => group.Rounding == "qat");
        outcome.Result.Decision.Reason.ShouldContain("fine-tuned, without which they were not accurate enough");
        Sample.Result(outcome.Result);
    }

    [Fact]
    public async Task Run_TrainingMakesTheFastestAccurate_TrainsNoOther()
    {
        var network = Training(Nothing);
        var evaluator = new SyntheticEvaluator(
            network, item => item is FineTuneItem tuning
                ? (FineTuneResult)network.Evaluate(tuning) with { Accuracy = network.Accuracy(network.Float32(), ImageScope.Full) }
                : null);

        var outcome = await Jobs.RunAsync(network, evaluator: evaluator);

        var trained = evaluator.Asked.OfType<FineTuneItem>().ShouldHaveSingleItem();
        (trained.Rank, trained.Learned).ShouldBe((0, null));
        (outcome.Result.FineTune!.Kept, outcome.Result.FineTune.Second).ShouldBe((true, null));
        outcome.Winner.Latency!.MedianMs.ShouldBe(network.MsOf(trained.Plan));
    }

    [Fact]
    public async Task Run_WinnerLeavesAFasterPlanRefused_TrainsThatFirst()
    {
        // Training halves the damage of all eight groups in 8 bits: still too much. The winner itself comes second.
        var network = Training(Networks.Sensitive, FineTuneMode.Always);
        var evaluator = new SyntheticEvaluator(network);

        var outcome = await Jobs.RunAsync(network, evaluator: evaluator);

        var trained = evaluator.Asked.OfType<FineTuneItem>().Select(item => item.Plan).ToArray();
        trained.Select(plan => plan.QuantizedCount).ShouldBe([8, 6]);
        trained[1].ShouldBe((await Jobs.RunAsync(Networks.Sensitive)).Winner.Plan);
        outcome.Winner.Plan.HasFormatsOf(trained[1]).ShouldBeTrue();
    }

    [Fact]
    public async Task Run_RefusedPlansGainATieOnly_LearnsNothing()
    {
        var network = Training(ReconstructionTests.Rebuilding(
            Nothing with { Int8Ms = [1.05, 0.9, 1.05, 1, 1.05, 0.9, 1.05, 1], EdgeMs = 0 }));
        var evaluator = new SyntheticEvaluator(network);

        var outcome = await Jobs.RunAsync(network, evaluator: evaluator);

        evaluator.Asked.ShouldNotContain(item => item.StepSequence != null);
        outcome.Result.Reconstruction!.Reason.ShouldContain("faster by more than a tie");
        outcome.Result.FineTune!.Reason.ShouldContain("faster by more than a tie");
    }

    [Fact]
    public async Task Run_RefusedPlansMayBeNoFasterByTheirIntervals_LearnsNothing()
    {
        var network = Training(ReconstructionTests.Rebuilding(Nothing));
        var evaluator = new SyntheticEvaluator(
            network,
            item => item switch
            {
                LatencyItem => Wide((LatencyResult)network.Evaluate(item)),
                FinalTimingItem => new FinalTimingResult([.. ((FinalTimingResult)network.Evaluate(item)).Plans.Select(Wide)]),
                _ => null
            });

        await Jobs.RunAsync(network, evaluator: evaluator);

        evaluator.Asked.ShouldNotContain(item => item.StepSequence != null);
    }

    [Theory]
    [InlineData(ReconstructionMode.Auto, 2)]
    [InlineData(ReconstructionMode.Always, 8)]
    public async Task Run_LearningTakesLongerThanItMay_BeginsNoOtherMethodUnlessAskedFor(ReconstructionMode mode, int items)
    {
        var network = ReconstructionTests.Rebuilding(Nothing with { Recovered = _ => 0.1 }, mode);
        var evaluator = new SyntheticEvaluator(
            network, item => item is ReconstructItem { Step: not ReconstructionStep.Probe } rebuild
                ? (ReconstructResult)network.Evaluate(rebuild) with { Seconds = 400 }
                : null);
        var journal = new MemoryJournal();

        var outcome = await Jobs.RunAsync(network, journal, evaluator);

        evaluator.Asked.OfType<ReconstructItem>().Count().ShouldBe(items);
        var said = journal.Events.OfType<StepCompleted>().First().Reason;
        said.Contains("2 plans, up to 3 methods of 50 iterations a block each", StringComparison.Ordinal).ShouldBeTrue(said);
        said.Contains("in at most 10 minutes", StringComparison.Ordinal).ShouldBe(mode == ReconstructionMode.Auto);
        outcome.Result.Reconstruction!.Reason.Contains("would not be over within 10 minutes", StringComparison.Ordinal)
            .ShouldBe(mode == ReconstructionMode.Auto, outcome.Result.Reconstruction.Reason);
    }

    [Fact]
    public async Task Run_StoppedAfterAnyEvent_AsksForEachItemOnceAndEndsTheSame()
    {
        var network = Training(ReconstructionTests.Rebuilding(Nothing with { Recovered = _ => 0.1 }));
        var whole = await Jobs.JournalAsync(network);
        var steps = whole.Events.OfType<StepCompleted>().Count();
        steps.ShouldBe(10);
        await WrittenJournal.ShouldFitAsync(whole.Events);
        for (var kept = whole.Records.Count - 22; kept <= whole.Records.Count; kept++)
        {
            var journal = new MemoryJournal(whole.Events.Take(kept));
            var evaluator = new SyntheticEvaluator(network);

            await Jobs.RunAsync(network, journal, evaluator);

            Jobs.Decisions(journal.Events).ShouldBe(Jobs.Decisions(whole.Events));
            evaluator.Asked.Count(item => item.StepSequence is not null)
                .ShouldBe(steps - whole.Events.Take(kept).OfType<StepCompleted>().Count());
        }
    }

    internal static SyntheticNetwork Training(SyntheticNetwork network, FineTuneMode mode = FineTuneMode.Auto) => network with
    {
        Spec = (network.Spec with { Data = network.Spec.Data with { Training = "t" } }).Choosing(
            options => options with { FineTune = mode, Epochs = 3 }),
    };

    private static LatencyResult Wide(LatencyResult timed) => timed with { LowMs = timed.MedianMs * 0.7, HighMs = timed.MedianMs * 1.4 };
}
