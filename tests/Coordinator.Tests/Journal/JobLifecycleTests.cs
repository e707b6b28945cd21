using FsCheck;

namespace Cluster.Coordinator.Tests.Journal;

public sealed class JobLifecycleTests
{
    private static readonly Plan Winner = Plan.Uniform(GroupFormat.Int8, "onnxruntime-cpu", ["g"], "max", biasCorrection: false);

    private static readonly JournalEvent[] Control =
    [
        new PauseRequested(), new JobPaused(), new JobResumed(), new JobSuspended("full", default, 1), new JobRetried(),
        new JobUnschedulable("cordoned"), new JobSchedulable(), new StopRequested("soon"),
        new LabelsAwaited([3]), new LabelsGiven([3], [7]),
        new CancelRequested("enough"), new JobCancelled(), new JobFailed("broken"), new JobCompleted(Winner.Digest),
    ];

    /// <summary>Every status, as a job that has begun and as one that has not.</summary>
    public static TheoryData<JobStatus, bool> Lives => new(
        Enum.GetValues<JobStatus>().SelectMany(status => new[] { (status, true), (status, false) }));

    [Theory]
    [MemberData(nameof(Lives))]
    public void Next_EveryEventInEveryStatus_IsAsTheDocumentedTableSays(JobStatus status, bool begun)
    {
        var documented = DocumentedTable.Read();
        documented.Keys.Order().ShouldBe(
            [.. Control.Append(Round(0)).Append(Begun.Submitted).Select(e => e.GetType().Name).Order()]);

        foreach (var journalEvent in Control.Append(Round(0)).Append(Begun.Submitted))
        {
            var next = JobLifecycle.Next(new JobLife(status, begun), journalEvent)?.Status;

            next?.ToString().ShouldBe(documented[journalEvent.GetType().Name].Of(status, begun), $"{journalEvent} when {status}");
            (next is null).ShouldBe(documented[journalEvent.GetType().Name].Of(status, begun) is null, $"{journalEvent} when {status}");
        }
    }

    [Fact]
    public void Next_WorkOfAJob_LeavesItsStatusUntilItIsOver()
    {
        foreach (var status in Enum.GetValues<JobStatus>())
        {
            var life = new JobLife(status, HasBegun: true);
            foreach (var work in SampleEvents.EveryKind.Where(e => e is not (JobSubmitted or RoundProposed) && !IsControl(e)))
            {
                JobLifecycle.Next(life, work).ShouldBe(status.HasEnded() || status.IsUnprepared() ? null : life);
            }
        }
    }

    [Fact]
    public void Next_NoJobYet_OnlyItsSubmissionFollows()
    {
        JobLifecycle.Next(life: null, Begun.Submitted).ShouldBe(new JobLife(JobStatus.Queued));
        SampleEvents.EveryKind.Where(e => e is not JobSubmitted).ShouldAllBe(e => JobLifecycle.Next(null, e) == null);
    }

    [Fact]
    public void Fold_AnySequenceOfEvents_HasTheSameLifeInEveryReader() =>
        Prop.ForAll(Gen.Choose(0, Control.Length + 1).ArrayOf().ToArbitrary(), choices =>
        {
            var state = JobState.Fold([Begun.Submitted])!;
            var view = new JobView();
            view.Apply(new JournalRecord(0, 1, default, Begun.Submitted));
            JobLife? life = JobLifecycle.Next(life: null, Begun.Submitted);
            foreach (var choice in choices)
            {
                JournalEvent next = choice < Control.Length ? Control[choice]
                    : choice == Control.Length ? Round(state.Rounds.Count)
                    : new WinnerSelected(Winner, Feasible: true, WinnerKind.Faster, "It is.");
                var allowed = JobLifecycle.Next(life, next);
                state.Allows(next).ShouldBe(allowed is not null);
                if (!Accepts(state, next))
                {
                    // Either the table refuses it or the search: a job ends with a winner, and there is one.
                    (allowed is null || next is JobCompleted or RoundProposed or WinnerSelected).ShouldBeTrue($"{next} was refused");
                    continue;
                }

                allowed.ShouldNotBeNull($"{next} was accepted");
                life = allowed;
                view.Apply(new JournalRecord(view.Count, 1, default, next));
                (state.Status, state.Reason).ShouldBe((life.Value.Status, life.Value.Reason));
                (view.Status, view.Reason).ShouldBe((life.Value.Status, life.Value.Reason));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void View_EventThatCannotFollow_IsRefused()
    {
        var view = new JobView();
        view.Apply(new JournalRecord(0, 1, default, Begun.Submitted));

        Should.Throw<JobException>(() => view.Apply(new JournalRecord(1, 1, default, new JobPaused()))).Message
            .ShouldContain("JobPaused that cannot follow those before it (the job is Queued)");
    }

    [Fact]
    public void Resume_RoundProposedWhilePausing_IsRunningEverywhere()
    {
        JournalEvent[] events = [Begun.Submitted, new PauseRequested(), Round(0), new JobPaused(), new JobResumed()];
        var view = new JobView();
        foreach (var (journalEvent, i) in events.Select((e, i) => (e, i)))
        {
            view.Apply(new JournalRecord(i, 1, default, journalEvent));
        }

        view.Status.ShouldBe(JobStatus.Running);
        JobState.Fold(events)!.Status.ShouldBe(JobStatus.Running);
    }

    [Fact]
    public void Suspensions_UntilTheJobGetsOn_AreCountedWithTheTimeOfTheNextTry()
    {
        var events = SampleEvents.Suspended;
        var second = JobState.Fold(events.Take(4))!;

        (second.Status, second.Suspensions).ShouldBe((JobStatus.Suspended, 2));
        second.RetryAt.ShouldBe(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_002_000));
        var resumed = JobState.Fold(events.Take(5))!;
        (resumed.Status, resumed.Suspensions, resumed.RetryAt, resumed.Reason).ShouldBe((JobStatus.Queued, 2, null, null));
        JobState.Fold(events.Take(8))!.Suspensions.ShouldBe(0, "a round was proposed");
    }

    private static bool IsControl(JournalEvent journalEvent) => Control.Any(control => control.GetType() == journalEvent.GetType());

    private static bool Accepts(JobState state, JournalEvent journalEvent)
    {
        try
        {
            state.Apply(journalEvent);
            return true;
        }
        catch (JobException)
        {
            return false;
        }
    }

    // A round without work is complete at once, so another may follow.
    private static RoundProposed Round(int number) => new(number, 0, "nothing", []);
}
