using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Results;
using Cluster.Coordinator.Search;

namespace Cluster.Silo.Tests.Workers;

public sealed class PoisonedSearchTests : IDisposable
{
    private const string Target = "synthetic:groups=10,sensitive=3,seed=3,images=400,ms=0,poison=0.12";

    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Search_WithPoisonOfEveryKind_EndsAsIfThoseCandidatesHadFailedAtOnce()
    {
        await using var child = new ChildProcessWorker(
            Children.Options(_folder) with { MemoryLimit = 512 << 20, RunLimit = TimeSpan.FromSeconds(5) });
        await using var here = InProcessWorker.Synthetic(Children.Folders(_folder));

        var (poisoned, failures) = await SearchAsync(child, $"{Target},verbs=nan+oom+hang+segv+exit");
        var (expected, told) = await SearchAsync(here, $"{Target},verbs=nan");

        failures.Count.ShouldBeGreaterThanOrEqualTo(poisoned.Failures.Count);
        poisoned.Failures.ShouldNotBeEmpty();
        poisoned.Failures.Select(failed => failed.Failure.Kind).Distinct()
            .ShouldBeSubsetOf([FailureKind.OutOfMemory, FailureKind.DeadlineExceeded, FailureKind.Quarantined, FailureKind.NotFinite]);
        poisoned.Winner.Plan.Groups.ShouldBe(expected.Winner.Plan.Groups);
        poisoned.Result.Decision.Kind.ShouldBe(expected.Result.Decision.Kind);
        poisoned.Failures.Count.ShouldBe(expected.Failures.Count);
        told.Count.ShouldBe(expected.Failures.Count, "what is not finite is not tried again");
        poisoned.Failures.ShouldAllBe(failed => failed.Attempts == (failed.Failure.Kind == FailureKind.NotFinite ? 1 : 2));
    }

    private async Task<(JobOutcome Outcome, IReadOnlyList<FailedResult> Failures)> SearchAsync(ISlotWorker worker, string target)
    {
        var job = SyntheticJobs.Entry(target);
        var evaluator = new WorkerEvaluator(worker, job);
        await using var journal = FileJournal.Open(_folder[$"{job.Id}.jsonl"]);
        using var jobJournal = new JobJournal(journal);
        using var control = new JobControl(jobJournal);
        var strategy = SearchStrategies.Of(new() { Strategy = StrategyKind.Greedy }); // tries the most candidates
        var runner = new JobRunner(evaluator, jobJournal, control, strategy, new JobRunnerOptions { Distributed = true });
        var outcome = await runner.RunAsync(job.Spec, TestContext.Current.CancellationToken);
        return (outcome.ShouldNotBeNull(), evaluator.Failures);
    }
}
