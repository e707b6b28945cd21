namespace Cluster.Coordinator.Tests.Search;

public sealed class FineTuneTests
{
    [Fact]
    public async Task Run_TrainedIsBetter_ReplacesTheWinner()
    {
        var network = Tuned(Lossy);
        var journal = new MemoryJournal();

        var outcome = await Jobs.RunAsync(network, journal);

        var trial = outcome.Result.FineTune.ShouldNotBeNull();
        (trial.Tried, trial.Kept, trial.Epochs).ShouldBe((true, true, 3));
        outcome.Winner.Plan.Groups.Where(group => !group.Format.IsBaseline).ShouldAllBe(group => group.Rounding == "qat");
        outcome.Winner.Accuracy!.Correct.ShouldBeGreaterThan(trial.Before.Accuracy!.Correct!.Value);
        outcome.Result.Winner.Plan.ShouldBe(outcome.Winner.Plan);
        outcome.Result.Decision.Reason.ShouldContain("Fine-tuned:");
        outcome.Result.Test!.Correct.ShouldBe(880);
        outcome.Latencies[^1].PlanDigest.ShouldBe(outcome.Winner.Plan.Digest);
        ((JobCompleted)journal.Events.Last()).PlanDigest.ShouldBe(outcome.Winner.Plan.Digest);
        outcome.Result.Front.Select(point => point.Plan).ShouldContain(outcome.Winner.Plan);
        Sample.Result(outcome.Result).FineTune!.GainCi95![0].ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("qat")]
    [InlineData("adaround")]
    public async Task Run_LearnedIsAsGoodAndDivergesLess_ReplacesTheWinnerWhateverTheGoal(string rounding)
    {
        bool trains = rounding == "qat";
        var network = trains ? Tuned(Lossy) : Lossy.Choosing(options => options with
        {
            Reconstruct = ReconstructionMode.Always,
            Iterations = 100,
        });
        AccuracyResult Closer(Plan plan) => network.Accuracy(plan, ImageScope.Full) is var own ? own with { Kl = 0.89 * own.Kl } : null!;
        var evaluator = new SyntheticEvaluator(network, item => item switch
        {
            FineTuneItem tuning => (FineTuneResult)network.Evaluate(tuning) with { Accuracy = Closer(tuning.Plan) },
            ReconstructItem { Step: ReconstructionStep.AdaRound } learning =>
                (ReconstructResult)network.Evaluate(learning) with { Accuracy = Closer(learning.Plan) },
            _ => null,
        });

        var outcome = await Jobs.RunAsync(network, evaluator: evaluator);

        string reason = trains ? outcome.Result.FineTune!.Reason : outcome.Result.Reconstruction!.Reason;
        reason.ShouldContain("is as good or better: 0.00 points");
        outcome.Winner.Plan.Groups.Where(group => !group.Format.IsBaseline).ShouldAllBe(group => group.Rounding == rounding);
        outcome.Trained.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("not better", "not shown to be better")]
    [InlineData("refused", "parity gate")]
    [InlineData("slow", "not faster than FP32")]
    [InlineData("failed", "not finite")]
    public async Task Run_TrainedIsOfNoUse_LeavesTheWinnerAsItWas(string how, string reason)
    {
        var network = Lossy;
        var expected = await Jobs.RunAsync(network);
        network = Tuned(network);
        var evaluator = new SyntheticEvaluator(
            network, item => item is not FineTuneItem tuning ? null : (how, (FineTuneResult)network.Evaluate(tuning)) switch
            {
                ("not better", var found) => found with { Accuracy = network.Accuracy(tuning.Plan, ImageScope.Full) },
                ("refused", var found) => found with { ParityFailure = "3 codes differ." },
                ("slow", var found) => found with { Latency = found.Latency! with { MedianMs = found.Latency.Float32MedianMs } },
                _ => new FailedResult(FailureKind.InvalidCandidate, "The loss is not finite."),
            });

        var outcome = await Jobs.RunAsync(network, evaluator: evaluator);

        (outcome.Result.FineTune!.Tried, outcome.Result.FineTune.Kept).ShouldBe((true, false));
        outcome.Result.FineTune.Reason.ShouldContain(reason);
        outcome.Winner.Plan.ShouldBe(expected.Winner.Plan);
        outcome.Result.Decision.Reason.ShouldBe(expected.Result.Decision.Reason);
        outcome.Result.Test!.Correct.ShouldBe(expected.Result.Test!.Correct);
        outcome.Trained.Count.ShouldBe(how == "failed" ? 0 : 1);
    }

    [Fact]
    public async Task Run_WinnerIsFloat32_IsNotFineTuned()
    {
        var network = Tuned(Networks.AllSlower);
        var evaluator = new SyntheticEvaluator(network);

        var outcome = await Jobs.RunAsync(network, evaluator: evaluator);

        evaluator.Asked.OfType<FineTuneItem>().ShouldBeEmpty();
        outcome.Result.FineTune!.Tried.ShouldBeFalse();
        outcome.Result.FineTune.Reason.ShouldContain("FP32 network");
    }

    [Fact]
    public async Task Run_AutoWithNothingLost_IsNotFineTuned()
    {
        var network = Networks.Easy with { Damage = [.. Networks.Easy.Damage.Select(_ => 0.0)] };
        network = Tuned(network, FineTuneMode.Auto);

        var outcome = await Jobs.RunAsync(network);

        (outcome.Result.FineTune!.Tried, outcome.Winner.Plan.IsBaseline).ShouldBe((false, false));
        outcome.Result.FineTune.Reason.ShouldContain("nothing to win back");
    }

    [Fact]
    public void Validate_FineTuningWithoutImages_IsOneSentence()
    {
        var spec = Networks.Easy.Spec;

        Should.Throw<JobException>((spec.Choosing(options => options with { FineTune = FineTuneMode.Auto, Epochs = 2 })).Validate)
            .Message.ShouldContain("--train");
        Should.Throw<JobException>(
            ((spec with { Data = spec.Data with { Training = "t" } }).Choosing(
                options => options with { FineTune = FineTuneMode.Auto })).Validate)
            .Message.ShouldContain("--epochs");
        Should.Throw<JobException>((spec with { Data = spec.Data with { Training = "t" } }).Validate)
            .Message.ShouldContain("nothing is to be fine-tuned");
    }

    [Fact]
    public void Fold_SampleOfAFineTunedJob_HoldsItAndRefusesASecondOne()
    {
        var state = JobState.Fold(SampleEvents.Tuned)!;
        state.Winner!.Plan.ShouldNotBe(state.Selection!.Plan);
        state.IsCompleted.ShouldBeTrue();
        JobState.Fold(SampleEvents.TuningFailed)!.Winner.ShouldBe(SampleEvents.Tuned.OfType<WinnerSelected>().Single());
        var events = SampleEvents.Tuned;
        Should.Throw<JobException>(() => JobState.Fold([.. events.Take(7), events[6]]));
        Should.Throw<JobException>(() => JobState.Fold([events[0], events[6]]));
        Should.Throw<JobException>(() => JobState.Fold([.. events.Take(6), events[7]])).Message.ShouldContain("not the selected one");
    }

    /// <summary>8 bits everywhere are accepted, and lose enough for training to be seen to win it back.</summary>
    private static SyntheticNetwork Lossy => Networks.Easy with
    {
        Damage = [.. Enumerable.Repeat(0.01, 8)],
        Spec = (Networks.Easy.Spec with { Data = new DataDigests("c", "e", "t") }).Choosing(options => options with { MaxDrop = 0.1 })
    };

    private static SyntheticNetwork Tuned(SyntheticNetwork network, FineTuneMode mode = FineTuneMode.Always) =>
        network with
        {
            Spec = (network.Spec with { Data = new DataDigests("c", "e", "t", "training") }).Choosing(
                options => options with { FineTune = mode, Epochs = 3 })
        };
}
