namespace Cluster.Coordinator.Tests.Search;

/// <summary>The list of steps, and that each decides by the journal alone.</summary>
public sealed class PostSearchStepsTests
{
    private static SyntheticNetwork Network => Networks.Sensitive with
    {
        Recovered = step => step == ReconstructionStep.QDrop ? 0.9 : 0.3,
        Spec = (Networks.Sensitive.Spec with { Data = new DataDigests("c", "e", Training: "t") }).Choosing(options => options with
        {
            Reconstruct = ReconstructionMode.Auto,
            Iterations = 50,
            FineTune = FineTuneMode.Always,
            Epochs = 3,
        })
    };

    [Fact]
    public void All_Sequences_AreThoseOfReleasedJournalsAndNoTwoStepsShareOne()
    {
        var sequences = PostSearchSteps.All.SelectMany(step => step.Sequences).ToArray();

        sequences.ShouldBe([-3, -4, -5, -6, -7, -8, -9, -10, -2, -11, -12]);
        sequences.ShouldBeUnique();
        sequences.ShouldAllBe(sequence => sequence < PublishItem.Sequence);
        sequences.ShouldAllBe(sequence => PostSearchSteps.Of(sequence) != null);
        PostSearchSteps.Of(PublishItem.Sequence).ShouldBeNull();
        PostSearchSteps.Of(0).ShouldBeNull();
    }

    [Fact]
    public async Task DueAndJudge_JournalPrefix_EqualJournal()
    {
        var journal = new MemoryJournal();
        await Jobs.RunAsync(Network, journal);
        var events = journal.Events.ToArray();

        var steps = 0;
        foreach (var (ended, at) in events.Select((e, i) => (e as StepCompleted, i)).Where(pair => pair.Item1 is not null))
        {
            var state = JobState.Fold(events.Take(at))!;
            var due = PostSearchSteps.Due(state).ShouldNotBeNull();
            (due.Step.Name, due.Item.Id).ShouldBe((ended!.Step, ended.Item.Id));
            due.Step.Sequences.ShouldContain(ended.Sequence);
            due.Step.Title(state.Spec.Options, ended.Sequence).ShouldBe(due.Item.Title);
            due.Step.Judge(state, due.Item, ended.Result).ShouldBe(new StepVerdict(ended.Winner, ended.Next, ended.Reason));
            steps++;
        }

        steps.ShouldBe(5);
        PostSearchSteps.Due(JobState.Fold(events)!).ShouldBeNull();
    }

    [Fact]
    public async Task Next_LaterStepHasEnded_NoEarlierOneGoesOn()
    {
        var journal = new MemoryJournal();
        await Jobs.RunAsync(Network, journal);
        var selected = journal.Events.TakeWhile(e => e is not StepEvent).Where(e => e is not AttemptStarted { Sequence: < 0 }).ToArray();
        var state = JobState.Fold(selected)!;
        var tuning = PostSearchSteps.FineTuning.Due(state).ShouldNotBeNull();

        var tuned = JobState.Fold([.. selected, new StepFailed("fine-tune", tuning, new FailedResult(FailureKind.NotFinite, "no"), 1)])!;

        PostSearchSteps.Next(state, PostSearchSteps.Reconstruction).ShouldBe(-3);
        PostSearchSteps.Next(tuned, PostSearchSteps.Reconstruction).ShouldBeNull();
        PostSearchSteps.Due(tuned)!.Item.ShouldBeOfType<FineTuneItem>().Rank.ShouldBe(1);
        tuned.Winner.ShouldBe(tuned.Selection);
    }

    [Fact]
    public void Next_ItemFailed_IsTheOneAfterIt()
    {
        var failed = SampleEvents.Rebuilt.TakeWhile(e => e is not StepFailed).Append(SampleEvents.Rebuilt.OfType<StepFailed>().Single());

        PostSearchSteps.Next(JobState.Fold(failed)!, PostSearchSteps.Reconstruction)
            .ShouldBe(ReconstructItem.SequenceOf(ReconstructionStep.Brecq));
    }
}
