using System.Text.Json.Serialization;

namespace Cluster.Coordinator.Tests.Journal;

public sealed class JobStateTests
{
    [Fact]
    public void Fold_AnyEventLeftOutOrRepeated_IsRefusedOrAPrefixOfItsKind()
    {
        var events = SampleEvents.All;
        for (var i = 0; i < events.Count - 1; i++)
        {
            // What is published may be published again or not at all; every other event has its place.
            if (events[i] is ArtefactPublished)
            {
                continue;
            }

            Should.Throw<JobException>(() => JobState.Fold([.. events.Take(i), .. events.Skip(i + 1)]), $"without event {i}");
            Should.Throw<JobException>(() => JobState.Fold([.. events.Take(i + 1), .. events.Skip(i)]), $"event {i} twice");
        }
    }

    [Fact]
    public void Fold_SamplesOfEveryEnd_AreJobs()
    {
        var cancelled = JobState.Fold(SampleEvents.Cancelled)!;
        (cancelled.Status, cancelled.Reason).ShouldBe((JobStatus.Cancelled, "not needed \"any more\""));
        JobState.Fold(SampleEvents.Failed)!.Status.ShouldBe(JobStatus.Failed);

        // A kind of event that is added later is in the samples, which every store is tried with. What is only read is not public.
        var kinds = typeof(JournalEvent).GetCustomAttributes(typeof(JsonDerivedTypeAttribute), inherit: false)
            .Cast<JsonDerivedTypeAttribute>()
            .Where(kind => kind.DerivedType.IsPublic)
            .Select(kind => kind.DerivedType.Name);
        SampleEvents.EveryKind.Select(e => e.GetType().Name).Distinct().Order().ShouldBe(kinds.Order());
    }

    [Fact]
    public void Fold_ItemWithAnotherId_IsRefused()
    {
        var round = SampleEvents.All.OfType<RoundProposed>().Single();
        var forged = round with { Items = [round.Items[0] with { Id = new string('0', 64) }] };

        Should.Throw<JobException>(() => JobState.Fold([SampleEvents.All[0], forged])).Message.ShouldContain("other ids");
    }
}
