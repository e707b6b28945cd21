namespace Cluster.Coordinator.Tests.Results;

public sealed class EvaluatedPlansTests
{
    [Fact]
    public void Of_Journal_JoinsAccuracyAndLatencyAndPartsWhereThereIsNoMore()
    {
        var network = Networks.Easy;
        var groups = network.Space.Groups.Select(group => group.Name).ToArray();
        var winner = Plan.Uniform(GroupFormat.Int8, "t", groups, "max", biasCorrection: true);
        var best = Plan.Uniform(GroupFormat.Int8, "t", groups, "mse", biasCorrection: true);
        var latency = (LatencyResult)network.Evaluate(new LatencyItem("l", winner));
        var accuracy = network.Accuracy(winner, ImageScope.Full);
        var part = ImageScope.Subset(100, 1);
        var work = new (WorkItem Item, WorkResult Result)[]
        {
            (new AccuracyItem("a", winner, ImageScope.Full), accuracy),
            (new AccuracyItem("a", winner, part), network.Accuracy(winner, part)),
            (new AccuracyItem("a", best, part), network.Accuracy(best, part)),
            (new LatencyItem("l", winner), latency),
            (new AccuracyItem("a", best, ImageScope.Full), new FailedResult(FailureKind.OutOfMemory, "too large")),
            (new LatencyItem("l", winner), latency with { MedianMs = 1 }),
        };
        var state = JobState.Fold(Events(network.Spec, network.Space, work))!;

        var evaluated = EvaluatedPlans.Of(state);
        evaluated[0].ShouldBe(new PlanMeasurement(winner, accuracy, latency));
        evaluated.Select(one => (one.Plan, one.Accuracy!.Total, one.Accuracy.Part)).ShouldBe([(winner, 1000, null), (best, 100, part)]);
    }

    [Fact]
    public async Task Of_ReconstructedJob_HasWhatEachMethodMade()
    {
        var state = JobState.Fold(SampleEvents.Rebuilt)!;

        EvaluatedPlans.Of(state).Select(plan => plan.Plan).ShouldContain(state.Winner!.Plan);
        (await Jobs.RunAsync(Networks.Easy)).Evaluated.ShouldNotBeEmpty();
    }

    private static IEnumerable<JournalEvent> Events(JobSpec spec, SearchSpace space, (WorkItem Item, WorkResult Result)[] work)
    {
        yield return new JobSubmitted(spec.JobId, spec, space);
        yield return new RoundProposed(0, 0, "sample", work.Select((one, i) => new ProposedItem(i, one.Item.Id, one.Item)).ToArray());
        for (var i = 0; i < work.Length; i++)
        {
            yield return work[i].Result is FailedResult failed
                ? new ItemFailed(i, work[i].Item.Id, failed, 2)
                : new ItemCompleted(i, work[i].Item.Id, work[i].Result);
        }
    }
}
