using Cluster.Coordinator.Model;
using Cluster.Plans;
using FsCheck;
using FsCheck.Fluent;

namespace Cluster.Silo.Tests.Telemetry;

public sealed class JobLoadTests
{
    private static readonly JournalEvent[] Events =
    [
        new RoundProposed(0, 0, "nothing", []), new PauseRequested(), new JobPaused(), new JobResumed(), new CancelRequested("enough"),
        new JobCancelled(), new JobFailed("broken"), new JobCompleted("digest"),
    ];

    [Fact]
    public void Apply_AnySequence_HasTheStatusOfTheJobsLife() =>
        Prop.ForAll(Gen.Choose(0, Events.Length - 1).ArrayOf().ToArbitrary(), choices =>
        {
            var load = new JobLoad();
            Tell(load, Begun.Submitted);
            var life = JobLifecycle.Follow(life: null, Begun.Submitted);
            foreach (var next in choices.Select(choice => Events[choice]))
            {
                // What a life refuses is never written; if it came all the same, gauges go on with what they have.
                life = JobLifecycle.Next(life, next) ?? life;
                Tell(load, next);
                load.Status.ShouldBe(life.Status);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Apply_RoundRecords_CountsWaitingAndRunning()
    {
        var load = Loaded(Round(3), new AttemptStarted(0, 1, "n", "cpu:0"), new AttemptStarted(1, 1, "n", "cpu:1"));
        (load.Queued, load.Active, load.KindOf(1)).ShouldBe((1, 2, "latency"));

        Tell(load, new AttemptFailed(1, 1, new FailedResult(FailureKind.HostLost, "gone")));
        Tell(load, new ItemFailed(0, "0", new FailedResult(FailureKind.NotFinite, "NaN"), 1));
        (load.Queued, load.Active).ShouldBe((2, 0));

        Tell(load, new CancelRequested("enough"));
        Tell(load, new JobCancelled());
        (load.Queued, load.Active, load.Status).ShouldBe((0, 0, JobStatus.Cancelled));
    }

    [Fact]
    public void OldestQueued_AsWorkBeginsAndComesBack_IsSinceWhenTheOldestWaits()
    {
        var load = new JobLoad();
        load.OldestQueued.ShouldBeNull();

        Tell(load, Round(2), second: 10);
        load.OldestQueued.ShouldBe(At(10));

        Tell(load, new AttemptStarted(0, 1, "n", "cpu:0"), second: 20);
        Tell(load, new AttemptFailed(0, 1, new FailedResult(FailureKind.HostLost, "gone")), second: 30);
        load.OldestQueued.ShouldBe(At(10));

        Tell(load, new AttemptStarted(1, 1, "n", "cpu:0"), second: 40);
        load.OldestQueued.ShouldBe(At(30));

        Tell(load, new AttemptStarted(0, 2, "n", "cpu:1"), second: 50);
        load.OldestQueued.ShouldBeNull();
    }

    [Fact]
    public void OldestQueued_OfAJobThatIsPaused_IsNothing()
    {
        var load = Loaded(Begun.Submitted, Round(1), new PauseRequested(), new JobPaused());
        load.OldestQueued.ShouldBeNull();

        Tell(load, new JobResumed());
        load.OldestQueued.ShouldBe(At(0));
    }

    [Fact]
    public void OldestQueued_WhenTimeIsUp_IsNothing() =>
        Loaded(Begun.Submitted, Round(3), new SearchStopped("time is up")).OldestQueued.ShouldBeNull();

    private static RoundProposed Round(int items)
    {
        var plan = Plan.Uniform(GroupFormat.Int8, "target", ["a"], "max", biasCorrection: false);
        return new RoundProposed(
            0, 0, "all", [.. Enumerable.Range(0, items).Select(i => new ProposedItem(i, $"{i}", new LatencyItem($"{i}", plan)))]);
    }

    private static JobLoad Loaded(params JournalEvent[] events)
    {
        var load = new JobLoad();
        foreach (var one in events)
        {
            Tell(load, one);
        }

        return load;
    }

    private static void Tell(JobLoad load, JournalEvent journalEvent, int second = 0) =>
        load.Apply(new JournalRecord(0, 1, At(second), journalEvent));

    private static DateTimeOffset At(int second) => new(2026, 1, 1, 0, 0, second, TimeSpan.Zero);
}
