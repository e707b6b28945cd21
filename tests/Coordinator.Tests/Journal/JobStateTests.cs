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

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Fold_ResultsOfARoundInAnyOrder_GiveTheSameState(int seed)
    {
        var events = (await Jobs.JournalAsync(Networks.Sensitive)).Events.Where(e => e is not (AttemptStarted or AttemptFailed)).ToArray();
        var expected = JobState.Fold(events)!;
        var random = new Random(seed);
        var shuffled = new List<JournalEvent>();
        var results = new List<JournalEvent>();
        foreach (var next in events.Append(null))
        {
            if (next is ItemCompleted or ItemFailed)
            {
                results.Add(next);
                continue;
            }

            shuffled.AddRange(results.OrderBy(_ => random.Next()));
            results.Clear();
            shuffled.AddRange(next is null ? [] : [next]);
        }

        shuffled.ShouldNotBe([.. events]);
        var state = JobState.Fold(shuffled)!;

        state.Results.ShouldBe(expected.Results);
        state.Failures.ShouldBe(expected.Failures);
        state.Winner.ShouldBe(expected.Winner);
    }

    [Fact]
    public async Task Fold_LastResultOfARoundFirst_TheOthersArePendingUntilAStopDropsThem()
    {
        var events = (await Jobs.JournalAsync(Networks.Sensitive)).Events.Where(e => e is not (AttemptStarted or AttemptFailed)).ToArray();
        int wide = Array.FindIndex(events, e => e is RoundProposed { Items.Count: > 2 });
        var round = (RoundProposed)events[wide];
        var last = events.OfType<ItemCompleted>().Single(e => e.Sequence == round.Items[^1].Sequence);

        var state = JobState.Fold([.. events.Take(wide + 1), last])!;

        state.Results.Count.ShouldBe(round.After);
        state.Pending.ShouldBe(round.Items.SkipLast(1));
        Should.Throw<JobException>(() => state.Apply(last)).Message.ShouldContain("without a result");
        Should.Throw<JobException>(() => state.Apply(new AttemptStarted(last.Sequence, 1, "node", "cpu:0")));

        state.Apply(new SearchStopped("requested"));

        state.Results[^1].ShouldBe(last.Result);
        state.Results.Skip(round.After).SkipLast(1).ShouldAllBe(result => result is UndoneResult);
        state.Pending.ShouldBeEmpty();
    }
}
