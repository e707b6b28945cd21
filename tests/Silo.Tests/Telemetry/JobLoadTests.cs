using Cluster.Coordinator.Journal;
using Cluster.Silo.Telemetry;
using Cluster.Tests;
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
            load.Apply(Begun.Submitted);
            var life = JobLifecycle.Follow(life: null, Begun.Submitted);
            foreach (var next in choices.Select(choice => Events[choice]))
            {
                // What a life refuses is never written; if it came all the same, gauges go on with what they have.
                life = JobLifecycle.Next(life, next) ?? life;
                load.Apply(next);
                load.Status.ShouldBe(life.Status);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
}
