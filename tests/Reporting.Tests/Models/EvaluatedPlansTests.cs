using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Work;
using Cluster.Reporting.Models;
using Cluster.Tests;

namespace Cluster.Reporting.Tests.Models;

public sealed class EvaluatedPlansTests
{
    [Fact]
    public void Of_Journal_JoinsAccuracyAndLatencyAndLeavesSubsetsOut()
    {
        var outcome = SampleOutcome.Model().Outcome;
        var (winner, best) = (outcome.Winner, outcome.Int8Best!);
        var work = new (WorkItem Item, WorkResult Result)[]
        {
            (new AccuracyItem("a", winner.Plan, ImageScope.Full), winner.Accuracy!),
            (new AccuracyItem("a", best.Plan, ImageScope.Subset(100, 1)), best.Accuracy!),
            (new LatencyItem("l", winner.Plan), winner.Latency!),
            (new AccuracyItem("a", best.Plan, ImageScope.Full), new FailedResult(FailureKind.OutOfMemory, "too large")),
            (new LatencyItem("l", winner.Plan), best.Latency!),
        };
        var state = JobState.Fold(Events(outcome.Spec, outcome.Space, work))!;

        EvaluatedPlans.Of(state).ShouldBe([winner]);
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
