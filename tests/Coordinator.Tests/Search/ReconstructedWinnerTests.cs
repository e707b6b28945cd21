namespace Cluster.Coordinator.Tests.Search;

public sealed class ReconstructedWinnerTests
{
    [Fact]
    public async Task Run_FasterPlanWasRefused_StopsAtTheFirstMethodThatMeetsTheConstraintAndTellsOfIt()
    {
        // AdaRound undoes half of the damage, which is not enough; BRECQ undoes nine tenths, which is.
        var network = ReconstructionTests.Refused with { Recovered = step => step == ReconstructionStep.AdaRound ? 0.5 : 0.9 };
        var evaluator = new SyntheticEvaluator(network);
        var journal = new MemoryJournal();
        var outcome = await Jobs.RunAsync(network, journal, evaluator);
        var without = await Jobs.RunAsync(Networks.Sensitive);

        evaluator.Asked.OfType<ReconstructItem>().Select(item => (item.Step, item.Iterations))
            .ShouldBe([(ReconstructionStep.Probe, 0), (ReconstructionStep.AdaRound, 50), (ReconstructionStep.Brecq, 50)]);
        journal.Events.OfType<StepCompleted>().Select(step => step.Next).ShouldBe([-4, -5, null]);
        var trial = outcome.Result.Reconstruction.ShouldNotBeNull();
        (trial.Tried, trial.Kept, trial.Iterations, trial.Target!.Plan.QuantizedCount).ShouldBe((true, true, 50, 8));
        trial.Steps.Select(step => step.Kept).ShouldBe([false, true]);
        outcome.Winner.Plan.Groups.ShouldAllBe(group => group.Rounding == "brecq");
        outcome.Learned.ShouldBe(trial.Steps[1].Learned);
        outcome.Result.Groups.ShouldAllBe(verdict => verdict.Format == GroupFormat.Int8);
        outcome.Result.Decision.Feasible.ShouldBeTrue();
        outcome.Result.Decision.Reason.ShouldContain("roundings learned by BRECQ");
        outcome.Winner.Latency!.MedianMs.ShouldBeLessThan(without.Winner.Latency!.MedianMs);
        outcome.Result.Front.Select(point => point.Plan).ShouldContain(outcome.Winner.Plan);
        ((JobCompleted)journal.Events.Last()).PlanDigest.ShouldBe(outcome.Winner.Plan.Digest);
        var told = Sample.Result(outcome.Result).Reconstruction.ShouldNotBeNull();
        told.Steps.Select(step => step.Bound).ShouldBe([told.Probe!.Kl, 0.0]);
        told.Steps[1].GainCi95![0].ShouldBeGreaterThan(0);
        told.Steps[1].Blocks.Count.ShouldBe(8);
    }
}
