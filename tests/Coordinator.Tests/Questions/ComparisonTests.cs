namespace Cluster.Coordinator.Tests.Questions;

public sealed class ComparisonTests
{
    private static readonly SyntheticNetwork Network = Networks.Sensitive;

    [Fact]
    public async Task Compare_BaselineAndWinner_AgreesWithTheResult()
    {
        var outcome = await Jobs.RunAsync(Network);
        var int8 = Int8(outcome);
        var before = new ComparedPlan("a", int8.Plan, int8.Accuracy, int8.Latency, Network.Spec);
        var after = new ComparedPlan("b", outcome.Winner.Plan, outcome.Winner.Accuracy, outcome.Winner.Latency, Network.Spec);

        var comparison = PlanComparison.Of(before, after);

        var paired = PairedCounts.Of(int8.Accuracy!, outcome.Winner.Accuracy!, ImageScope.Full);
        comparison.Gain.ShouldBe(-paired.Drop);
        comparison.GainCi95![0].ShouldBeLessThan(comparison.Gain!.Value);
        comparison.GainCi95[1].ShouldBeGreaterThan(comparison.Gain.Value);
        comparison.Speed!.Value.ShouldBe(Network.MsOf(before.Plan) / Network.MsOf(after.Plan), 1e-6);
        comparison.SpeedCi95![0].ShouldBeLessThanOrEqualTo(comparison.Speed.Value);
        comparison.Groups.Select(group => group.Group).ShouldBe(["g02", "g06"]);
        comparison.Groups.ShouldAllBe(group => group.First.Format == GroupFormat.Int8 && group.Second.Format.IsBaseline);
        comparison.Notes.ShouldBeEmpty();

        var back = PlanComparison.Of(after, before);
        back.Gain.ShouldBe(-comparison.Gain);
        (back.Speed * comparison.Speed)!.Value.ShouldBe(1, 1e-9);
    }

    private static PlanMeasurement Int8(JobOutcome outcome) =>
        outcome.Evaluated.Single(one => one.Plan.Equals(outcome.Result.Baselines.Int8Best!.Plan));

    [Fact]
    public async Task Compare_IntervalsOfRunsInTurn_CombineInQuadrature()
    {
        var outcome = await Jobs.RunAsync(Network);
        ComparedPlan Side(PlanMeasurement plan) => new(
            "a",
            plan.Plan,
            plan.Accuracy,
            plan.Latency! with { LowMs = plan.Latency!.MedianMs / 1.03, HighMs = plan.Latency.MedianMs * 1.03 },
            Network.Spec);

        var comparison = PlanComparison.Of(Side(Int8(outcome)), Side(outcome.Winner));

        Math.Log(comparison.SpeedCi95![1] / comparison.Speed!.Value).ShouldBe(Math.Sqrt(2) * Math.Log(1.03), 1e-6);
        comparison.Faster.ShouldBe(BetterSide.First);
    }

    [Fact]
    public async Task Compare_InvalidPair_IsNamed()
    {
        var outcome = await Jobs.RunAsync(Network);
        var winner = new ComparedPlan("a", outcome.Winner.Plan, outcome.Winner.Accuracy, outcome.Winner.Latency, Network.Spec);
        var elsewhere = winner with { Spec = Network.Spec with { ModelDigest = "other", Data = new DataDigests("calibration", "other") } };

        var comparison = PlanComparison.Of(winner, elsewhere);
        (comparison.Gain, comparison.Speed).ShouldBe((null, null));
        comparison.Notes.Count.ShouldBe(2);
        PlanComparison.Of(winner, new ComparedPlan("p", outcome.Winner.Plan, null, null, null)).Groups.ShouldBeEmpty();
        var other = new Plan("onnxruntime-cpu", [GroupDecision.Baseline("x")]);
        PlanComparison.Of(winner, new ComparedPlan("p", other, null, null, null)).Notes.ShouldContain(
            note => note.Contains("other networks"));
    }

    [Fact]
    public async Task Explain_SensitiveGroup_NamesReasonAndTrials()
    {
        var journal = new MemoryJournal();
        var outcome = await Jobs.RunAsync(Network.By(StrategyKind.Greedy), journal);
        var state = journal.State;

        var explanation = GroupExplainer.Of(state, "g06");

        var verdict = outcome.Result.Groups.Single(group => group.Group == "g06");
        (explanation.Code, explanation.Reason, explanation.Kl).ShouldBe((verdict.Code, verdict.Reason, verdict.Kl));
        explanation.SensitivityRank.ShouldBe(1);
        explanation.Decision.Format.IsBaseline.ShouldBeTrue();
        explanation.Tried.ShouldContain(trial => trial.From.StartsWith("int8") && trial.To == "float32" && trial.Correct > 0);
        GroupExplainer.Of(state, "06").Group.ShouldBe("g06", "a part that no other name has");
        Should.Throw<JobException>(() => GroupExplainer.Of(state, "g0")).Message.ShouldContain("8 groups' names");
        Should.Throw<JobException>(() => GroupExplainer.Of(state, "fc")).Message.ShouldContain("There is no group \"fc\"");
    }
}
