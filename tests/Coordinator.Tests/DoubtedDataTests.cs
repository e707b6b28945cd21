namespace Cluster.Coordinator.Tests;

/// <summary>Jobs whose evaluation data FP32's answers prove to be wrong.</summary>
public sealed class DoubtedDataTests
{
    private const string Doubt = "FP32's top-1 is 1 % on 300 samples, and with labels minus 1 92 %: subtract 1 from the labels";

    [Fact]
    public async Task Run_ProvedMistake_StopsBeforeTheSearchWithItsMend()
    {
        var journal = new MemoryJournal();

        var stopped = await Should.ThrowAsync<JobImpossibleException>(() => RunAsync(Networks.Easy, journal));

        stopped.Message.ShouldBe($"{Doubt}. To go on regardless, give --doubts ignore.");
        stopped.FailsOn.ShouldBe(JobFault.Data);
        journal.Events.OfType<RoundProposed>().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Run_ProvedMistakeToIgnore_GoesOnAndTheResultSaysSo()
    {
        var journal = new MemoryJournal();
        await Should.ThrowAsync<JobImpossibleException>(() => RunAsync(Networks.Easy, journal));

        var outcome = await RunAsync(Ignoring, journal);

        outcome.Result.Verdict.Kind.ShouldBe(VerdictKind.DataDoubted);
        outcome.Result.Warnings.ShouldBe([Doubt]);
        outcome.Winner.Plan.ShouldBe((await Jobs.RunAsync(Networks.Easy)).Winner.Plan);
    }

    [Fact]
    public async Task Run_DoubtWithoutAProof_GoesOnAndIsAWarning()
    {
        var outcome = await RunAsync(Networks.Easy, new MemoryJournal(), isProved: null);

        outcome.Result.Verdict.Kind.ShouldBe(VerdictKind.Accepted);
        outcome.Result.Warnings.ShouldBe([Doubt]);
    }

    [Fact]
    public async Task Run_Float32ThatIsWorthless_SaysItsOwnSentence()
    {
        const string Reason = "FP32's top-1 is 0 % on 300 samples: no loss can be seen.";

        var failed = await Should.ThrowAsync<JobImpossibleException>(() => Jobs.RunAsync(
            Networks.Easy,
            evaluator: new SyntheticEvaluator(Networks.Easy, item =>
                item is AccuracyItem { Plan.IsBaseline: true } ? new FailedResult(FailureKind.InvalidCandidate, Reason) : null)));

        failed.Message.ShouldBe(Reason);
    }

    private static SyntheticNetwork Ignoring => Networks.Easy.Choosing(options => options with { Doubts = DoubtfulData.Ignore });

    private static Task<JobOutcome> RunAsync(SyntheticNetwork network, MemoryJournal journal, bool? isProved = true) =>
        Jobs.RunAsync(network, journal, new Doubting(network, isProved));

    private sealed class Doubting(SyntheticNetwork network, bool? isProved) : IEvaluator
    {
        public Task<SearchSpace> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(network.Space);

        public Task<WorkResult> EvaluateAsync(WorkItem item, Attempt attempt, CancellationToken cancellationToken) => Task.FromResult(
            network.Evaluate(item) is AccuracyResult found && item is AccuracyItem { Plan.IsBaseline: true }
                ? found with { Doubt = Doubt, IsProved = isProved }
                : network.Evaluate(item));
    }
}
