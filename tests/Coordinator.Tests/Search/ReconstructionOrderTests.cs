using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Work;
using Cluster.Plans;

namespace Cluster.Coordinator.Tests.Search;

/// <summary>
/// Which journals of a reconstructed job can be: its steps follow the search, the probe comes first, and nothing
/// follows the step that ends.
/// </summary>
public sealed class ReconstructionOrderTests
{
    private static IReadOnlyList<JournalEvent> Job => SampleEvents.Rebuilt;

    private static WinnerSelected Selected => Job.OfType<WinnerSelected>().Single();

    private static StepCompleted Probed => Job.OfType<StepCompleted>().First();

    [Fact]
    public void Fold_ReconstructedJob_HasAnotherWinnerThanTheSearch()
    {
        var state = JobState.Fold(Job)!;

        state.Winner!.Plan.ShouldNotBe(state.Selection!.Plan);
    }

    [Fact]
    public void Fold_ProbeBegun_HasAnOpenAttempt() =>
        JobState.Fold(Before(Probed))!.Attempts(ReconstructItem.SequenceOf(ReconstructionStep.Probe)).Open.ShouldNotBeNull();

    [Fact]
    public void Fold_ProbedBeforeTheSearchEnds_IsRefused() => Refused([.. Before(Selected), Probed]);

    [Fact]
    public void Fold_ProbedTwice_IsRefused() => Refused([.. Through(Probed), Probed]);

    [Fact]
    public void Fold_ProbeOfAnotherContext_IsRefused() =>
        Refused([.. Through(Selected), Probed with { Item = (ReconstructItem)Probed.Item with { Context = "another" } }]);

    [Fact]
    public void Fold_StepBegunBeforeTheProbe_IsRefused() => Refused([.. Through(Selected), Begun(ReconstructionStep.AdaRound)]);

    [Fact]
    public void Fold_StepDoneBeforeTheProbe_IsRefused() => Refused([.. Through(Selected), Done(ReconstructionStep.Brecq)]);

    [Fact]
    public void Fold_StepAfterTheOneThatEnds_IsRefused()
    {
        var last = Done(ReconstructionStep.QDrop);
        last.Next.ShouldBeNull();

        Refused([.. Through(last), Done(ReconstructionStep.Brecq)]);
    }

    [Fact]
    public void Fold_StepWithAnotherStepsName_IsRefused() => Refused([.. Through(Selected), Probed with { Step = "fine-tune" }]);

    [Fact]
    public void Fold_StepWithAnItemOfTheSearch_IsRefused() =>
        Refused([.. Through(Selected), Probed with { Item = new SensitivityItem("c", "max", 1) }]);

    [Theory]
    [InlineData(-3)]
    [InlineData(-2)]
    [InlineData(0)]
    public void Fold_StepThatGoesOnWithWhatIsNoLaterItemOfIt_IsRefused(int next) =>
        Refused([.. Through(Selected), Probed with { Next = next }]);

    private static AttemptStarted Begun(ReconstructionStep step) =>
        Job.OfType<AttemptStarted>().Single(started => started.Sequence == ReconstructItem.SequenceOf(step));

    private static StepCompleted Done(ReconstructionStep step) =>
        Job.OfType<StepCompleted>().Single(done => done.Sequence == ReconstructItem.SequenceOf(step));

    private static IEnumerable<JournalEvent> Before(JournalEvent at) => Job.TakeWhile(one => one != at);

    private static IEnumerable<JournalEvent> Through(JournalEvent at) => [.. Before(at), at];

    private static void Refused(IEnumerable<JournalEvent> events) => Should.Throw<JobException>(() => JobState.Fold(events));
}
