namespace Cluster.Coordinator.Tests.Search;

public sealed class LatencyModelCheckTests
{
    [Fact]
    public async Task Of_NetworkWhosePartsAddUp_IsRightOnUnseenPlans()
    {
        var outcome = await Jobs.RunAsync(Networks.Sensitive);

        var check = outcome.Result.LatencyModel.ShouldNotBeNull();
        check.Unseen.Count.ShouldBe(outcome.Result.Predictions.Count);
        check.MedianError.ShouldNotBeNull().ShouldBeLessThan(0.02);
        check.RepeatError.ShouldBe(0, "the same formats take the same time there");
        check.Drift.ShouldBe(0, 1e-9);
    }

    [Fact]
    public async Task Of_ProfileThatIsWrong_ShowsTheErrorThatFittingHides()
    {
        var network = Networks.Scattered with { ProfiledEdgeMs = 0.02 };

        var outcome = await Jobs.RunAsync(network);

        var fitted = outcome.Result.Predictions.Average(one => Math.Abs(one.PredictedMs - one.MeasuredMs) / one.MeasuredMs);
        var check = outcome.Result.LatencyModel.ShouldNotBeNull();
        check.LargestError.ShouldNotBeNull().ShouldBeGreaterThan(fitted);
        check.Unseen.ShouldContain(one => Math.Abs(one.PredictedMs - one.MeasuredMs) > 0.05 * one.MeasuredMs);
    }

    [Fact]
    public async Task Of_MachineThatSlowsDown_TellsTheDriftAndScalesItAway()
    {
        var network = Networks.Sensitive;
        var calm = await Jobs.RunAsync(network);
        var slow = 1.0;
        var drifting = new SyntheticEvaluator(network, item =>
        {
            if (item is not LatencyItem latency)
            {
                return null;
            }

            slow *= 1.05;
            var found = (LatencyResult)network.Evaluate(item);
            return found with { MedianMs = found.MedianMs * slow, Float32MedianMs = found.Float32MedianMs * slow };
        });

        var outcome = await Jobs.RunAsync(network, evaluator: drifting);

        outcome.Result.LatencyModel!.Drift.ShouldBeGreaterThan(0.05);
        outcome.Winner.Plan.ShouldBe(calm.Winner.Plan, "each plan is compared with the FP32 beside it");
        outcome.Result.LatencyModel.MedianError.ShouldNotBeNull().ShouldBeLessThan(0.02);
    }

    [Theory]
    [InlineData(null, 0.04)]
    [InlineData("one turn", null)]
    public void Of_PlansThatRanInOneTurn_AreOneMeasurement(string? turn, double? expected)
    {
        // All INT8 by other calibrators takes as long; what two timings make of it differs.
        var network = Networks.Sensitive;
        var memory = new SearchMemory(network.Spec, network.Space);
        var plan = Baselines.FirstAttempt(memory);
        var other = plan.With([0], group => GroupDecision.In(GroupFormat.Int8, group, "mse", biasCorrection: true));
        var timed = ((LatencyResult)network.Evaluate(memory.LatencyOf(plan))) with { Turn = turn };
        memory.Add(memory.LatencyOf(plan), timed);
        memory.Add(memory.LatencyOf(other), timed with { PlanDigest = other.Digest, MedianMs = 1.04 * timed.MedianMs });

        Math.Round(LatencyModelCheck.Of(memory)!.RepeatError ?? -1, 9).ShouldBe(expected ?? -1);
    }
}
