namespace Cluster.Coordinator.Tests.Search;

/// <summary>
/// Which journals of a reconstructed job can be: its steps follow the search, the probe comes first, and nothing
/// follows the step that ends.
/// </summary>
public sealed class ReconstructionOrderTests
{
    private static readonly IReadOnlyList<JournalEvent> Job = SampleEvents.Rebuilt;
    private static readonly WinnerSelected Selected = Job.OfType<WinnerSelected>().Single();
    private static readonly StepCompleted Probed = Job.OfType<StepCompleted>().First();
    private static readonly StepCompleted Last = Job.OfType<StepCompleted>().Last();

    private static readonly Dictionary<string, JournalEvent[]> ByFault = new(StringComparer.Ordinal)
    {
        ["probed before the search ends"] = [.. Before(Selected), Probed],
        ["probed twice"] = [.. Through(Probed), Probed],
        ["a probe of another context"] =
            [.. Through(Selected), Probed with { Item = (ReconstructItem)Probed.Item with { Context = "another" } }],
        ["begun before the probe"] = [.. Through(Selected), Job.OfType<AttemptStarted>().Single(started => started.Sequence == -4)],
        ["done before the probe"] = [.. Through(Selected), Brecq],
        ["after the step that ends"] = [.. Through(Last), Brecq],
        ["another step's name"] = [.. Through(Selected), Probed with { Step = "fine-tune" }],
        ["an item of the search"] = [.. Through(Selected), Probed with { Item = new SensitivityItem("c", "max", 1) }],
        ["goes on with itself"] = [.. Through(Selected), Probed with { Next = -3 }],
        ["goes on with another step's"] = [.. Through(Selected), Probed with { Next = -2 }],
        ["goes on with the search"] = [.. Through(Selected), Probed with { Next = 0 }],
    };

    public static TheoryData<string> Faults => [.. ByFault.Keys];

    private static StepCompleted Brecq => Job.OfType<StepCompleted>().Single(done => done.Sequence == -5);

    [Theory]
    [MemberData(nameof(Faults))]
    public void Fold_StepsInAnotherOrder_AreRefused(string fault) => Should.Throw<JobException>(() => JobState.Fold(ByFault[fault]));

    [Fact]
    public void Fold_ReconstructedJob_HasAnotherWinnerThanTheSearchAndAnOpenAttemptMeanwhile()
    {
        var state = JobState.Fold(Job)!;

        state.Winner!.Plan.ShouldNotBe(state.Selection!.Plan);
        JobState.Fold(Before(Probed))!.Attempts(-3).Open.ShouldNotBeNull();
    }

    private static IEnumerable<JournalEvent> Before(JournalEvent at) => Job.TakeWhile(one => one != at);

    private static IEnumerable<JournalEvent> Through(JournalEvent at) => [.. Before(at), at];
}
