using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Tests.Support;

namespace Cluster.Coordinator.Tests.Journal;

/// <summary>What every journal must do; each implementation's tests inherit it.</summary>
public abstract class JournalConformance
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Open_New_IsEmpty()
    {
        await using var journal = await OpenAsync();

        journal.Records.ShouldBeEmpty();
        journal.Token.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Append_EveryKindOfEvent_IsReadBackEqual()
    {
        var events = SampleEvents.All;
        await using (var journal = await OpenAsync())
        {
            for (var i = 0; i < events.Count; i++)
            {
                (await journal.AppendAsync(events[i], Token)).Number.ShouldBe(i);
            }

            Jobs.Text(journal.Records.Select(record => record.Event)).ShouldBe(Jobs.Text(events));
        }

        await using var reopened = await OpenAsync();
        Jobs.Text(reopened.Records.Select(record => record.Event)).ShouldBe(Jobs.Text(events));
        reopened.Records.Select(record => record.Number).ShouldBe(Enumerable.Range(0, events.Count).Select(i => (long)i));
    }

    [Fact]
    public async Task Append_AfterReopening_ContinuesTheNumbersUnderAHigherToken()
    {
        long first;
        await using (var journal = await OpenAsync())
        {
            first = journal.Token;
            await journal.AppendAsync(SampleEvents.All[0], Token);
        }

        await using var reopened = await OpenAsync();
        var record = await reopened.AppendAsync(SampleEvents.All[1], Token);

        reopened.Token.ShouldBeGreaterThan(first);
        record.Number.ShouldBe(1);
        record.Owner.ShouldBe(reopened.Token);
    }

    [Fact]
    public async Task Append_ManyAtOnce_AreNumberedWithoutGaps()
    {
        await using var journal = await OpenAsync();

        var records = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => journal.AppendAsync(new ArtefactPublished($"file{i}", "0", i), Token))));

        records.Select(record => record.Number).Order().ShouldBe(Enumerable.Range(0, 20).Select(i => (long)i));
    }

    [Fact]
    public async Task Append_SecondOwner_CannotBothWrite()
    {
        await using var first = await OpenAsync();
        await first.AppendAsync(SampleEvents.All[0], Token);

        // Either the second opener is refused, or the first owner's appends are from then on.
        IJournal second;
        try
        {
            second = await OpenAsync();
        }
        catch (JobException)
        {
            await first.AppendAsync(SampleEvents.All[1], Token);
            return;
        }

        await using (second)
        {
            await second.AppendAsync(SampleEvents.All[1], Token);
            await Should.ThrowAsync<JobException>(() => first.AppendAsync(SampleEvents.All[1], Token));
        }
    }

    /// <summary>Opens the journal of this test: the same one on every call.</summary>
    protected abstract Task<IJournal> OpenAsync();
}
