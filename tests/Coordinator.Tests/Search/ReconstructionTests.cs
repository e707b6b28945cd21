namespace Cluster.Coordinator.Tests.Search;

public sealed class ReconstructionTests
{
    /// <summary>
    /// All groups in 8 bits are fastest and lose 7 points and more where 1 is accepted; two groups in FP32 are accurate
    /// enough.
    /// </summary>
    internal static SyntheticNetwork Refused => Rebuilding(Networks.Sensitive);

    [Fact]
    public async Task Run_WeightsAreNotTheCause_GoesToQDropAtOnce()
    {
        var network = Refused with { WeightShare = 0.01, Recovered = _ => 0.9 };
        var evaluator = new SyntheticEvaluator(network);

        var outcome = await Jobs.RunAsync(network, evaluator: evaluator);

        evaluator.Asked.OfType<ReconstructItem>().Select(item => item.Step).ShouldBe([ReconstructionStep.Probe, ReconstructionStep.QDrop]);
        outcome.Result.Reconstruction!.Probe!.WeightsMatter.ShouldBeFalse();
        outcome.Winner.Plan.Groups.ShouldAllBe(group => group.Rounding == "qdrop");
    }

    [Fact]
    public async Task Run_NoMethodMeetsTheConstraint_LeavesTheWinnerAsItWas()
    {
        var network = Refused with { Recovered = _ => 0.1 };
        var evaluator = new SyntheticEvaluator(network);

        var outcome = await Jobs.RunAsync(network, evaluator: evaluator);

        evaluator.Asked.OfType<ReconstructItem>().Count().ShouldBe(4);
        var expected = await Jobs.RunAsync(Networks.Sensitive);
        (outcome.Result.Reconstruction!.Tried, outcome.Result.Reconstruction.Kept).ShouldBe((true, false));
        outcome.Result.Reconstruction.Reason.ShouldContain("not within the accepted drop");
        outcome.Winner.Plan.ShouldBe(expected.Winner.Plan);
        outcome.Result.Decision.ShouldBe(expected.Result.Decision);
        outcome.Learned.ShouldBeNull();
    }

    [Theory]
    [InlineData("refused", "parity gate", 4)]
    [InlineData("nothing learned", "no block lowered its loss", 4)]
    [InlineData("slow", "not faster than FP32", 2)]
    [InlineData("slower than the winner", "not faster than the winner", 2)]
    [InlineData("failed", "it failed", 4)]
    public async Task Run_ResultIsOfNoUse_LeavesTheWinnerAsItWas(string how, string reason, int steps)
    {
        var network = Refused with { Recovered = _ => 0.9 };
        var evaluator = new SyntheticEvaluator(
            network, item => item is not ReconstructItem { Step: not ReconstructionStep.Probe } rebuild
                ? null
                : (how, (ReconstructResult)network.Evaluate(rebuild)) switch
                {
                    ("refused", var found) => found with { ParityFailure = "3 codes differ." },
                    ("nothing learned", var found) =>
                        found with { Blocks = [.. found.Blocks.Select(block => block with { Kept = false })] },
                    ("slow", var found) => found with { Latency = found.Latency! with { MedianMs = found.Latency.Float32MedianMs } },
                    ("slower than the winner", var found) =>
                        found with { Latency = found.Latency! with { MedianMs = found.Latency.Float32MedianMs / 1.1 } },
                    _ => new FailedResult(FailureKind.InvalidCandidate, "A block has no inputs."),
                });

        var outcome = await Jobs.RunAsync(network, evaluator: evaluator);

        evaluator.Asked.OfType<ReconstructItem>().Count().ShouldBe(steps);
        outcome.Result.Reconstruction!.Kept.ShouldBeFalse();
        outcome.Result.Reconstruction.Reason.ShouldContain(reason);
        outcome.Winner.Plan.ShouldBe((await Jobs.RunAsync(Networks.Sensitive)).Winner.Plan);
    }

    [Fact]
    public async Task Run_AutoWithNothingToWin_CostsNothing()
    {
        // Everything in 8 bits wins, and loses nothing that the images could show.
        var network = Rebuilding(Networks.Easy);
        var evaluator = new SyntheticEvaluator(network);

        var outcome = await Jobs.RunAsync(network, evaluator: evaluator);

        evaluator.Asked.OfType<ReconstructItem>().ShouldBeEmpty();
        (outcome.Result.Reconstruction!.Tried, outcome.Winner.Plan.IsBaseline).ShouldBe((false, false));
        outcome.Result.Reconstruction.Reason.ShouldContain("nothing to win back");
    }

    [Fact]
    public async Task Run_WinnersPrecisionsWithAWorseCalibratorLookFaster_AreNoFasterPlan()
    {
        // Plain max loses 1.15 points where 1 is accepted. The winner is the same but for its numbers, and loses 0.6,
        // which its images show.
        var network = Rebuilding(Networks.Easy with { Damage = [.. Enumerable.Repeat(0.0008, 8)], Images = 4000, Recovered = _ => 0 });

        var outcome = await Jobs.RunAsync(network, evaluator: new SyntheticEvaluator(network, item => LuckyMax(network, item)));

        outcome.Winner.Plan.QuantizedCount.ShouldBe(8);
        outcome.Result.Reconstruction!.Target!.Plan.ShouldBe(outcome.Winner.Plan);
    }

    [Fact]
    public async Task Run_WorseCalibratorOfTheSamePrecisionsLooksFaster_ReconstructsTheOneNearestToFloat32()
    {
        var network = Refused with { Recovered = _ => 0.9 };

        var outcome = await Jobs.RunAsync(network, evaluator: new SyntheticEvaluator(network, item => LuckyMax(network, item)));

        outcome.Result.Reconstruction!.Target!.Plan.Groups.ShouldAllBe(group => group.Calibrator == "mse" && group.BiasCorrection);
    }

    [Fact]
    public async Task Run_WinnerIsFloat32AndNothingWasFaster_IsNotReconstructed()
    {
        var network = Rebuilding(Networks.AllSlower, ReconstructionMode.Always);

        var outcome = await Jobs.RunAsync(network);

        (outcome.Result.Reconstruction!.Tried, outcome.Result.Decision.Kind).ShouldBe((false, WinnerKind.NothingFaster));
        outcome.Result.Reconstruction.Reason.ShouldContain("FP32 network");
    }

    [Fact]
    public async Task Run_WinnerLostAccuracy_IsReconstructedItselfWhereThatIsShownToBeBetter()
    {
        var lossy = Networks.Easy.Choosing(options => options with { MaxDrop = 0.15 }) with
        {
            Damage = [.. Enumerable.Repeat(0.01, 8)],
            Recovered = _ => 0.5,
        };

        var outcome = await Jobs.RunAsync(Rebuilding(lossy));

        outcome.Result.Reconstruction!.Steps.ShouldHaveSingleItem();
        outcome.Result.Reconstruction.Target!.Plan.ShouldBe((await Jobs.RunAsync(lossy)).Winner.Plan);
        outcome.Winner.Plan.Groups.ShouldAllBe(group => group.Rounding == "adaround");
        outcome.Result.Decision.Reason.ShouldContain("Reconstructed by AdaRound: the reconstructed file is better");
    }

    [Fact]
    public async Task Run_NothingWasFeasible_ReconstructionCanMakeItSo()
    {
        var network = Rebuilding(Networks.Hopeless) with { Recovered = step => step == ReconstructionStep.QDrop ? 1 : 0.5 };

        var outcome = await Jobs.RunAsync(network);

        outcome.Result.Decision.Feasible.ShouldBeTrue(outcome.Result.Decision.Reason);
        outcome.Result.Decision.Kind.ShouldBe(WinnerKind.Faster);
        (await Jobs.RunAsync(Networks.Hopeless)).Result.Decision.Feasible.ShouldBeFalse();
    }

    [Fact]
    public async Task Run_WithFineTuning_TrainsWhatWasReconstructed()
    {
        var network = RescueTests.Training(Refused with { Recovered = _ => 0.9 }, FineTuneMode.Always);
        var evaluator = new SyntheticEvaluator(network);

        var outcome = await Jobs.RunAsync(network, evaluator: evaluator);

        var tuning = evaluator.Asked.OfType<FineTuneItem>().ShouldHaveSingleItem();
        var step = outcome.Result.Reconstruction!.Steps.ShouldHaveSingleItem();
        (tuning.Plan, tuning.Learned).ShouldBe((step.After!.Plan, step.Learned));
        outcome.Result.FineTune!.Before.Accuracy!.Correct.ShouldBe(step.After.Accuracy!.Correct);
    }

    [Fact]
    public async Task Run_AnyNetwork_NeverEndsWithLessThanWithout()
    {
        for (ulong seed = 1; seed <= 8; seed++)
        {
            var plain = Networks.Random(seed);
            var without = await Jobs.RunAsync(plain);
            foreach (var recovered in new[] { 0.0, 0.4, 0.9 })
            {
                var with = await Jobs.RunAsync(Rebuilding(plain, seed % 2 == 0 ? ReconstructionMode.Auto : ReconstructionMode.Always) with
                {
                    Recovered = step => recovered * (int)step / 3
                });

                (with.Result.Decision.Feasible || !without.Result.Decision.Feasible).ShouldBeTrue($"seed {seed}");
                with.Result.Reconstruction!.Steps.Count.ShouldBeLessThanOrEqualTo(3);
                bool isKept = with.Result.Reconstruction.Kept || with.Result.Reconstruction.Second is { Kept: true };
                if (with.Result.Decision.Feasible && without.Result.Decision.Feasible && isKept && !with.Winner.Plan.IsBaseline)
                {
                    var isFaster = without.Winner.Plan.IsBaseline || with.Winner.Latency!.MedianMs < without.Winner.Latency!.MedianMs;
                    var isBetter = without.Winner.Accuracy!.Correct < with.Winner.Accuracy!.Correct;
                    (isFaster || isBetter).ShouldBeTrue($"seed {seed}");
                }
                else if (!isKept)
                {
                    with.Result.Decision.ShouldBe(without.Result.Decision);
                }
            }
        }
    }

    [Fact]
    public void View_OfAReconstructedJob_ShowsItsStepsAndItsWinner()
    {
        var view = new JobView();
        var changes = new MemoryJournal(SampleEvents.Rebuilt).Records.Select(view.Apply).ToArray();

        changes[6].ShouldBeOfType<WorkChange>().Work.Status.ShouldBe(WorkStatus.Succeeded);
        changes[8].ShouldBeOfType<WorkChange>().Work.Failure!.Kind.ShouldBe(FailureKind.OutOfMemory);
        changes[11].ShouldBeOfType<WinnerChange>().Winner.Candidate!.Purpose.ShouldBe("reconstruct");
        changes.OfType<WorkChange>().Where(change => change.Work.Sequence < FineTuneItem.Sequence).Select(change => change.Work.Title)
            .Distinct()
            .ShouldBe([
                "probe with FP32 weights",
                "AdaRound, 20 iterations a layer",
                "BRECQ, 20 iterations a block",
                "QDrop, 20 iterations a block"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_001)]
    [InlineData(null)]
    public void Validate_IterationsOutOfRange_IsOneSentence(int? iterations)
    {
        var spec = Networks.Easy.Spec.Choosing(
            options => options with { Reconstruct = ReconstructionMode.Auto, Iterations = iterations });

        Should.Throw<JobException>(spec.Validate).Message.ShouldContain("--iterations");
        Should.Throw<JobException>((Networks.Easy.Spec.Choosing(options => options with { Iterations = 5 })).Validate)
            .Message.ShouldContain("none is expected");
    }

    // All groups in 8 bits without correction, measured at a calm moment.
    private static LatencyResult? LuckyMax(SyntheticNetwork network, WorkItem item) =>
        item is LatencyItem { Plan: { QuantizedCount: 8 } plan } latency
            && plan.Groups.All(group => !group.BiasCorrection)
            && (LatencyResult)network.Evaluate(latency) is var found
            ? found with { MedianMs = found.MedianMs * 0.9 }
            : null;

    internal static SyntheticNetwork Rebuilding(SyntheticNetwork network, ReconstructionMode mode = ReconstructionMode.Auto) =>
        network.Choosing(options => options with { Reconstruct = mode, Iterations = 50 });
}
