using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Results;
using Cluster.Coordinator.Work;
using Cluster.Plans;

namespace Cluster.Coordinator.Tests.Search;

/// <summary>
/// A faster plan was refused for its accuracy. AdaRound undoes half of the damage, which is not enough; BRECQ undoes nine tenths, which is.
/// </summary>
public sealed class ReconstructedWinnerTests : IAsyncLifetime
{
    private static readonly SyntheticNetwork Network = ReconstructionTests.Refused with
    {
        Recovered = step => step == ReconstructionStep.AdaRound ? 0.5 : 0.9
    };

    private readonly MemoryJournal _journal = new();
    private readonly SyntheticEvaluator _evaluator = new(Network);
    private JobOutcome _outcome = null!;

    public async ValueTask InitializeAsync() => _outcome = await Jobs.RunAsync(Network, _journal, _evaluator);

    public ValueTask DisposeAsync() => _journal.DisposeAsync();

    [Fact]
    public void Run_FasterPlanWasRefused_StopsAtTheFirstMethodThatMeetsTheConstraint()
    {
        _evaluator.Asked.OfType<ReconstructItem>().Select(item => (item.Step, item.Iterations))
            .ShouldBe([(ReconstructionStep.Probe, 0), (ReconstructionStep.AdaRound, 50), (ReconstructionStep.Brecq, 50)]);
        var trial = _outcome.Reconstruction.ShouldNotBeNull();
        (trial.Tried, trial.Kept, trial.Iterations).ShouldBe((true, true, 50));
        trial.Steps.Select(step => step.Kept).ShouldBe([false, true]);
        _journal.Events.OfType<StepCompleted>().Select(step => step.Next).ShouldBe([-4, -5, null]);
    }

    [Fact]
    public void Run_FasterPlanWasRefused_ReconstructsAllGroupsInEightBits() =>
        _outcome.Reconstruction!.Target!.Plan.QuantizedCount.ShouldBe(8);

    [Fact]
    public void Winner_OfAMethod_IsItsPlanWithWhatItLearned()
    {
        _outcome.Winner.Plan.Groups.ShouldAllBe(group => group.Rounding == "brecq");
        _outcome.Learned.ShouldBe(_outcome.Reconstruction!.Steps[1].Result.Learned);
        _outcome.Verdicts.ShouldAllBe(verdict => verdict.Format == GroupFormat.Int8);
    }

    [Fact]
    public void Selection_OfAMethodsWinner_SaysWhy()
    {
        _outcome.Selection.Feasible.ShouldBeTrue();
        _outcome.Selection.Reason.ShouldContain("roundings learned by BRECQ");
    }

    [Fact]
    public async Task Winner_OfAMethod_IsFasterThanWithoutReconstruction()
    {
        var without = await Jobs.RunAsync(Networks.Sensitive);

        _outcome.Winner.Latency!.MedianMs.ShouldBeLessThan(without.Winner.Latency!.MedianMs);
    }

    [Fact]
    public void Winner_OfAMethod_IsOnTheFrontAndEndsTheJournal()
    {
        _outcome.Front.Select(point => point.Plan).ShouldContain(_outcome.Winner.Plan);
        ((JobCompleted)_journal.Events.Last()).PlanDigest.ShouldBe(_outcome.Winner.Plan.Digest);
    }

    [Fact]
    public void Result_OfTheJob_FitsItsSchemaAndTellsBoundsGainsAndBlocks()
    {
        var document = ResultBuilder.Build(
            _outcome, "net.onnx", 1, _ => null, null, new ResultTimings(1, new Dictionary<string, double>(StringComparer.Ordinal)));

        SchemaValidator.Of("result.schema.json").Errors(document.Format()).ShouldBeEmpty();
        var told = document.Reconstruction.ShouldNotBeNull();
        told.Steps.Select(step => step.Bound).ShouldBe([told.Probe!.Kl, 0.0]);
        told.Steps[1].GainCi95![0].ShouldBeGreaterThan(0);
        told.Steps[1].Blocks.Count.ShouldBe(8);
    }
}
