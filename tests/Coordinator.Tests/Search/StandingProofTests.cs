using Cluster.Coordinator.Search.Judgements;

namespace Cluster.Coordinator.Tests.Search;

public sealed class StandingProofTests
{
    private static readonly RangesResult Fitting = Fit(before: 35, now: 34.5, beyond: 0);

    [Fact]
    public async Task Run_EverythingAsBefore_Holds()
    {
        var (proof, outcome) = await ProveAsync(Networks.Easy);

        proof.Verdict.ShouldBe(ProofVerdict.Holds);
        proof.Promises.Select(promise => promise.Promise).ShouldBe(["gate", "accuracy", "latency", "ranges"]);
        proof.Promises.ShouldAllBe(promise => promise.Advice == null);
        outcome.Result.Decision.Kind.ShouldBe(WinnerKind.Faster);
        outcome.Winner.Plan.ShouldBe(Deployed(Networks.Easy).Plan, "whatever else would win, this one is deployed");
        outcome.Result.Decision.Reason.ShouldContain("1.90 when it won");
    }

    [Fact]
    public async Task Run_LabelsRefuteTheBound_LapsesAndIsNotFeasible()
    {
        var (proof, outcome) = await ProveAsync(Networks.Hopeless);

        Verdicts(proof).ShouldBe(["holds", "lapsed", "holds", "holds"]);
        outcome.Result.Decision.Feasible.ShouldBeFalse();
        outcome.Result.Decision.Reason.ShouldStartWith("Lapsed, accuracy:");
        outcome.Result.Decision.Reason.ShouldEndWith("Search again with these images as --eval.");
    }

    [Theory]
    [InlineData(0.2, 0.5, "holds")] // within the bound, which needs no label
    [InlineData(0.001, 0.0001, "lapsed")] // more than when it won
    [InlineData(0.001, 0.9, "holds")] // as when it won
    public async Task Run_NoLabels_ComparesWhatIsAnsweredOtherwise(double bound, double differed, string verdict)
    {
        var network = (Networks.Sensitive with { HasLabels = false }).Choosing(options => options with { MaxDrop = bound });

        var (proof, _) = await ProveAsync(network, differed: differed);

        Verdicts(proof)[1].ShouldBe(verdict, proof.Promises[1].Found);
        proof.Promises[1].Found.ShouldContain("unlabelled images are answered otherwise than by FP32");
    }

    [Fact]
    public async Task Run_NoFasterThanFloat32_Lapses()
    {
        var (proof, outcome) = await ProveAsync(Networks.AllSlower);

        Verdicts(proof).ShouldBe(["holds", "holds", "lapsed", "holds"]);
        outcome.Winner.Plan.IsBaseline.ShouldBeFalse();
    }

    [Fact]
    public async Task Run_WithinALargerLatencyBudget_HoldsThoughFloat32IsFaster()
    {
        var network = Networks.AllSlower.Choosing(options => options with { LatencyBudgetMs = 1000 });

        var (proof, _) = await ProveAsync(network);

        Verdicts(proof).ShouldBe(["holds", "holds", "holds", "holds"]);
    }

    [Fact]
    public async Task Run_MostAccurateWithinABudget_WasPromisedNoBound()
    {
        var network = Networks.Hopeless.Choosing(options => options with { SizeBudgetBytes = 1_000_000 });

        var (proof, outcome) = await ProveAsync(network);

        Verdicts(proof).ShouldBe(["holds", "holds", "holds", "holds"]);
        outcome.Result.Decision.Kind.ShouldBe(WinnerKind.MostAccurate);
    }

    [Fact]
    public async Task Run_RuntimeComputesOtherwise_LapsesWithTheGroup()
    {
        var (proof, _) = await ProveAsync(Networks.Easy with { Differs = static (_, group) => group == "g03" });

        Verdicts(proof).ShouldBe(["lapsed", "holds", "holds", "holds"]);
        proof.Promises[0].Groups.ShouldBe(["g03"]);
        proof.Promises[0].Advice!.ShouldContain("Stay with the runtime");
    }

    [Theory]
    [InlineData(35, 29, 0.01, "lapsed")]
    [InlineData(31, 29, 0.01, "holds")] // 2 dB
    [InlineData(44.7, 38.1, 0.0002, "holds")] // one image's value, which harms nothing
    [InlineData(35, 29, 0.0, "holds")] // smaller values: nothing is clipped
    public async Task Run_RangesFitWorse_LapsesWhereValuesLieBeyond(double before, double now, double beyond, string verdict)
    {
        var (proof, _) = await ProveAsync(Networks.Easy, Fit(before, now, beyond));

        Verdicts(proof)[3].ShouldBe(verdict);
        proof.Promises[3].Groups.ShouldBe(verdict == "lapsed" ? ["g02"] : null);
    }

    [Theory]
    [InlineData(0.3, 1.2, "holds")]
    [InlineData(-0.7, 1, "unclear")]
    [InlineData(0, 0.6, "unclear")]
    public async Task Run_InputsHaveMoved_IsUnclear(double shift, double spread, string verdict)
    {
        var (proof, outcome) = await ProveAsync(Networks.Easy, Fitting with { Inputs = [new InputShift("x", shift, spread)] });

        Verdicts(proof)[3].ShouldBe(verdict);
        outcome.Result.Decision.Kind.ShouldBe(verdict == "holds" ? WinnerKind.Faster : WinnerKind.Unclear);
    }

    [Fact]
    public async Task Run_RangesCannotBeMeasured_IsUnclearAndSaysWhy()
    {
        var (proof, _) = await ProveAsync(Networks.Easy, new FailedResult(FailureKind.InvalidCandidate, "No space."));

        Verdicts(proof).ShouldBe(["holds", "holds", "holds", "unclear"]);
        proof.Promises[3].Found.ShouldBe("it could not be measured (No space)");
    }

    [Fact]
    public async Task Run_Again_IsAnotherJobThatMeasuresAnew()
    {
        var spec = Networks.Easy.Spec with { Deployed = Deployed(Networks.Easy) };
        var later = spec with { Deployed = spec.Deployed with { Run = "2026-12-06T00:00:00Z" } };

        later.JobId.ShouldNotBe(spec.JobId);
        later.AccuracyContext.ShouldNotBe(spec.AccuracyContext);
        later.LatencyContext.ShouldNotBe(spec.LatencyContext);
        (await ProveAsync(Networks.Easy)).Proof.Run.ShouldBe(spec.Deployed.Run);
    }

    [Fact]
    public void Next_OfTheSameRun_IsTheSameRunAndNeverInThePast()
    {
        var begun = new DateTimeOffset(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);
        var schedule = new RunSchedule { First = "j-1", Every = TimeSpan.FromHours(24), Due = begun };
        var entry = new JobEntry
        {
            Id = "j-1",
            CreatedAt = begun,
            Spec = Networks.Easy.Spec,
            Space = Networks.Easy.Space,
            Inputs = new JobInputs
            {
                Model = "m",
                Calibration = "c",
                Deployed = new DeployedFiles("f", "p", "r", "s", "2026-11-29T12:00:00Z"),
            },
            Schedule = schedule,
        };

        var next = schedule.Next(entry, begun);
        var again = schedule.Next(entry, begun.AddHours(1));

        (next.Id, next.RequestId).ShouldBe((again.Id, again.RequestId));
        next.Id.ShouldNotBe("j-1");
        next.Schedule.ShouldBe(schedule with { Due = begun.AddHours(24), After = "j-1" });
        next.Inputs.Deployed!.Run.ShouldBe("2026-11-30T12:00:00Z");
        next.Status.ShouldBe(JobStatus.Scheduled);
        next.Schedule!.Next(next, begun).Schedule.ShouldBe(schedule with { Due = begun.AddHours(48), After = next.Id });
    }

    [Theory]
    [InlineData(0, 24, 0)]
    [InlineData(23.9, 24, 0)]
    [InlineData(24, 48, 1)] // its time is this moment, and it was not over
    [InlineData(95, 96, 3)]
    [InlineData(96, 120, 4)]
    public void Next_AfterARunThatTookLong_LeavesOutWhatWasMissed(double endedAfterHours, double dueAfterHours, int missed)
    {
        var begun = new DateTimeOffset(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);
        var schedule = new RunSchedule { First = "j-1", Every = TimeSpan.FromHours(24), Due = begun };
        var run = Begun.Entry("j-1") with { Schedule = schedule };

        var next = schedule.Next(run, begun.AddHours(endedAfterHours)).Schedule!;

        (next.Due, next.Missed).ShouldBe((begun.AddHours(dueAfterHours), missed));
    }

    private static string[] Verdicts(StandingProof proof) =>
        [.. proof.Promises.Select(promise => promise.Verdict.ToString().ToLowerInvariant())];

    private static RangesResult Fit(double before, double now, double beyond) =>
        new([new RangeFit("g01", "a", 30, 30, 0), new RangeFit("g02", "b", before, now, beyond)], [new InputShift("x", 0.01, 1)]);

    private static DeployedWinner Deployed(SyntheticNetwork network, double differed = 0.01) =>
        new(network.In(GroupFormat.Int8), "5b", "2026-11-29T12:00:00Z", SpeedUp: 1.9, differed, Images: 1000);

    private static async Task<(StandingProof Proof, JobOutcome Outcome)> ProveAsync(
        SyntheticNetwork network, WorkResult? ranges = null, double differed = 0.01)
    {
        network = network with
        {
            Spec = network.Spec with { Deployed = Deployed(network, differed), Options = network.Spec.Options.ToProve().Decided(false) },
        };
        var outcome = await Jobs.RunAsync(
            network, evaluator: new SyntheticEvaluator(network, item => item is RangesItem ? ranges ?? Fitting : null));
        return (outcome.Result.Proof.ShouldNotBeNull(), outcome);
    }
}
