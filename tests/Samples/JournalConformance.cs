namespace Cluster.Tests;

/// <summary>What every journal must do; each implementation's tests inherit it.</summary>
public abstract class JournalConformance
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Append_EveryKindOfEvent_IsReadBackEqual()
    {
        var events = SampleEvents.EveryKind;
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
    public async Task Append_Batches_AreRecordsInTheirOrder()
    {
        var events = SampleEvents.EveryKind;
        await using (var journal = await OpenAsync())
        {
            var first = await journal.AppendAsync([.. events.Take(3)], Token);
            (await journal.AppendAsync([], Token)).ShouldBeEmpty();
            var rest = await journal.AppendAsync([.. events.Skip(3)], Token);

            first.Concat(rest).Select(record => record.Number).ShouldBe(Enumerable.Range(0, events.Count).Select(i => (long)i));
            first.Concat(rest).Select(record => (record.Owner, Jobs.Text([record.Event])))
                .ShouldBe(events.Select(e => (journal.Token, Jobs.Text([e]))));
            journal.Records.ShouldBe(first.Concat(rest));
        }

        await using var reopened = await OpenAsync();
        Jobs.Text(reopened.Records.Select(record => record.Event)).ShouldBe(Jobs.Text(events));
    }

    [Fact]
    public async Task Append_TextOfAnyKind_IsKept()
    {
        string[] texts =
        [
            "",
            "\0\u0001\u001f",
            "\"\\/\b\f\n\r\t",
            "é ß 中 😀",
            "'; DROP TABLE cluster_jobs; --",
            new string('x', 100_000),
            "{\"type\":\"job.completed\"}"
        ];
        await using (var journal = await OpenAsync())
        {
            await journal.AppendAsync([.. texts.Select(text => new JobFailed(text))], Token);
        }

        await using var reopened = await OpenAsync();
        reopened.Records.Select(record => ((JobFailed)record.Event).Reason).ShouldBe(texts);
    }

    [Fact]
    public async Task Append_HalfASurrogatePair_StaysReadable()
    {
        await using (var journal = await OpenAsync())
        {
            await journal.AppendAsync(new JobFailed("a\ud83db"), Token);
            await journal.AppendAsync(new JobFailed("c"), Token);
        }

        await using var reopened = await OpenAsync();
        reopened.Records.Select(record => ((JobFailed)record.Event).Reason).ShouldBe(["a\ufffdb", "c"]);
    }

    [Fact]
    public async Task Append_AfterReopening_ContinuesTheNumbersUnderAHigherToken()
    {
        long first;
        JournalRecord written;
        await using (var journal = await OpenAsync())
        {
            first = journal.Token;
            written = await journal.AppendAsync(SampleEvents.All[0], Token);
        }

        await using var reopened = await OpenAsync();
        var record = await reopened.AppendAsync(SampleEvents.All[1], Token);

        reopened.Token.ShouldBeGreaterThan(first);
        record.Number.ShouldBe(1);
        record.Owner.ShouldBe(reopened.Token);
        (reopened.Records[0].At, reopened.Records[0].Owner).ShouldBe((written.At, first));
    }

    [Fact]
    public async Task Append_ManyAtOnce_AreNumberedWithoutGaps()
    {
        await using var journal = await OpenAsync();

        var records = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => journal.AppendAsync(
            [new ArtefactPublished($"file{i}", "0", i), new ArtefactPublished($"file{i}", "1", i)], Token))));

        records.SelectMany(batch => batch).Select(record => record.Number).Order().ShouldBe(Enumerable.Range(0, 40).Select(i => (long)i));
        records.ShouldAllBe(batch => batch[1].Number == batch[0].Number + 1);
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
            second.Token.ShouldBeGreaterThan(first.Token);

            // Also before the second one writes, and every time it is tried.
            await Should.ThrowAsync<JournalOwnershipException>(() => first.AppendAsync(SampleEvents.All[1], Token));
            await second.AppendAsync(SampleEvents.All[1], Token);
            await Should.ThrowAsync<JournalOwnershipException>(() => first.AppendAsync([.. SampleEvents.All.Skip(1)], Token));
        }

        await using var third = await OpenAsync();
        Jobs.Text(third.Records.Select(record => record.Event)).ShouldBe(Jobs.Text(SampleEvents.All.Take(2)));
    }

    [Fact]
    public async Task Append_AfterDisposal_IsRefused()
    {
        var journal = await OpenAsync();
        await journal.DisposeAsync();
        await journal.DisposeAsync();

        await Should.ThrowAsync<ObjectDisposedException>(() => journal.AppendAsync(SampleEvents.All[0], Token));
    }

    /// <summary>Opens the journal of this test: the same one on every call.</summary>
    protected abstract Task<IJournal> OpenAsync();
}
