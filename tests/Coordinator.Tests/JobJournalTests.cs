namespace Cluster.Coordinator.Tests;

public sealed class JobJournalTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Append_SixtyFourAtOnce_ShareOneWrite()
    {
        var journal = new HeldJournal(Begun.Round(65));
        using var jobJournal = new JobJournal(journal);
        var first = jobJournal.AppendAsync(Start(64));
        await journal.BegunAsync();

        var appends = await Task.WhenAll(
            Enumerable.Range(0, 64).Select(i => Task.Run(() => Task.FromResult(jobJournal.AppendAsync(Start(i))), Token)));
        journal.Permit(2);
        var records = await Task.WhenAll(appends);

        journal.Writes.Select(write => write.Count).ShouldBe([1, 64]);
        (await first).Number.ShouldBe(2);
        records.Select(record => record.Number).Order().ShouldBe(Enumerable.Range(3, 64).Select(i => (long)i));
        records.Zip(Enumerable.Range(0, 64)).Count(pair => pair.First.Event.Equals(Start(pair.Second))).ShouldBe(64);
        jobJournal.Read(state => Enumerable.Range(0, 65).Count(i => state!.Attempts(i).Started == 1)).ShouldBe(65);
    }

    [Fact]
    public async Task Append_OneAfterTheOther_KeepsTheOrderOfTheCalls()
    {
        var journal = new HeldJournal(Begun.Round(1));
        journal.Permit(1000);
        using var jobJournal = new JobJournal(journal);

        var appends = Enumerable.Range(1, 100)
            .SelectMany(i => new[] { jobJournal.AppendAsync(Start(0, i)), jobJournal.AppendAsync(Fail(0, i)) })
            .ToArray();
        var records = await Task.WhenAll(appends);

        records.Select(record => record.Number).ShouldBe(Enumerable.Range(2, 200).Select(i => (long)i));
        journal.Events.Skip(2).ShouldBe(Enumerable.Range(1, 100).SelectMany(i => new JournalEvent[] { Start(0, i), Fail(0, i) }));
    }

    [Fact]
    public async Task TryAppend_Condition_SeesWhatWasQueuedBefore()
    {
        var journal = new HeldJournal(Begun.Round(1));
        using var jobJournal = new JobJournal(journal);
        var blocker = jobJournal.AppendAsync(Start(0));
        await journal.BegunAsync();

        var asked = jobJournal.AppendAsync(new PauseRequested());
        var paused = jobJournal.TryAppendAsync(new JobPaused());
        var again = jobJournal.TryAppendAsync(new JobPaused());
        var resumed = jobJournal.TryAppendAsync(new JobResumed());
        journal.Permit(2);

        await Task.WhenAll(blocker, asked);
        (await paused)!.Number.ShouldBe(4);
        (await again).ShouldBeNull();
        (await resumed)!.Number.ShouldBe(5);
        journal.Writes.Select(write => write.Count).ShouldBe([1, 3]);
    }

    [Fact]
    public async Task TryAppend_BeforeTheJobIsSubmitted_IsNotWritten()
    {
        var journal = new HeldJournal();
        using var jobJournal = new JobJournal(journal);

        (await jobJournal.TryAppendAsync(new PauseRequested(), () => true)).ShouldBeNull();

        journal.Writes.ShouldBeEmpty();
        jobJournal.Read(state => state is null).ShouldBeTrue();
    }

    [Fact]
    public async Task TryAppend_ConditionThatThrows_HarmsOnlyItsCaller()
    {
        var journal = new HeldJournal(Begun.Round(1));
        journal.Permit(10);
        using var jobJournal = new JobJournal(journal);

        await Should.ThrowAsync<FormatException>(() => jobJournal.TryAppendAsync(new PauseRequested(), () => throw new FormatException()));

        (await jobJournal.AppendAsync(Start(0))).Number.ShouldBe(2);
    }

    [Fact]
    public async Task Append_InvalidEvent_IsRefusedUnwritten()
    {
        var journal = new HeldJournal(Begun.Round(2));
        using var jobJournal = new JobJournal(journal);
        var blocker = jobJournal.AppendAsync(Start(0));
        await journal.BegunAsync();

        var good = jobJournal.AppendAsync(Start(1));
        var bad = jobJournal.AppendAsync(Start(1));
        var better = jobJournal.AppendAsync(Fail(1, 1));
        journal.Permit(10);

        (await Should.ThrowAsync<JobException>(() => bad)).Message.ShouldContain("cannot follow");
        await Task.WhenAll(blocker, good, better);
        await jobJournal.AppendAsync(new JobFailed("over"));
        await Should.ThrowAsync<JobException>(() => jobJournal.AppendAsync(Start(0, 2)));
        jobJournal.Failure.ShouldBeNull();

        // Whoever opens the journal next can read it.
        using var next = new JobJournal(journal);
        next.Read(state => state!.Status).ShouldBe(JobStatus.Failed);
        journal.Events.Skip(2).ShouldBe([Start(0), Start(1), Fail(1, 1), new JobFailed("over")]);
    }

    [Fact]
    public async Task Append_JournalFails_EveryoneLearnsOfIt()
    {
        var journal = new HeldJournal(Begun.Round(3));
        using var jobJournal = new JobJournal(journal);
        var reader = jobJournal.ReadAsync(2, 10, Token);
        var under = jobJournal.AppendAsync(Start(0));
        await journal.BegunAsync();
        var queued = jobJournal.AppendAsync(Start(1));
        var conditional = jobJournal.TryAppendAsync(Start(2), () => true);

        journal.Fail(new JobException("The disk is full."));

        foreach (var waiting in new Task[]
        {
            under, queued, conditional, reader, jobJournal.AppendAsync(Start(1)), jobJournal.ReadAsync(2, 10, Token)
        })
        {
            (await Should.ThrowAsync<JobException>(() => waiting)).Message.ShouldBe("The disk is full.");
        }

        // Those who wait are told before everything is stopped.
        using var stopped = new SemaphoreSlim(0);
        await using var _ = jobJournal.Broken.Register(() => stopped.Release());
        await stopped.WaitAsync(Token);
        jobJournal.Failure.ShouldBeOfType<JobException>();
        journal.Writes.Count.ShouldBe(1);
        jobJournal.Read(state => state!.Attempts(0).Started).ShouldBe(0);
        (await jobJournal.ReadAsync(0, 10, Token)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Append_AnotherOwnerTookOver_SaysSoByItsType()
    {
        var journal = new HeldJournal(Begun.Round(1));
        using var jobJournal = new JobJournal(journal);
        journal.Fail(new JournalOwnershipException("Gone."));

        await Should.ThrowAsync<JournalOwnershipException>(() => jobJournal.AppendAsync(Start(0)));
        await Should.ThrowAsync<JournalOwnershipException>(() => jobJournal.AppendAsync(Start(0)));
    }

    [Fact]
    public async Task Read_BeforeTheWriteIsDurable_ShowsNothingOfIt()
    {
        var journal = new HeldJournal(Begun.Round(1));
        using var jobJournal = new JobJournal(journal);
        var append = jobJournal.AppendAsync(Start(0));
        await journal.BegunAsync();

        var reader = jobJournal.ReadAsync(2, 10, Token);
        (append.IsCompleted, reader.IsCompleted, jobJournal.Read(state => state!.Attempts(0).Started)).ShouldBe((false, false, 0));
        journal.Permit();

        (await reader).ShouldHaveSingleItem().Event.ShouldBe(Start(0));
        await append;
        jobJournal.Read(state => state!.Attempts(0).Started).ShouldBe(1);
    }

    [Fact]
    public async Task ReadAsync_Pages_GiveEveryRecordOnce()
    {
        var journal = new HeldJournal(SampleEvents.Cancelled);
        using var jobJournal = new JobJournal(journal);
        var seen = new List<JournalRecord>();
        while (seen.Count < SampleEvents.Cancelled.Count)
        {
            var page = await jobJournal.ReadAsync(seen.Count, 4, Token);
            page.Count.ShouldBeInRange(1, 4);
            seen.AddRange(page);
        }

        seen.ShouldBe(journal.Records);
    }

    [Fact]
    public void Create_InvalidJournal_IsRefused() =>
        Should.Throw<JobException>(() => new JobJournal(new HeldJournal([new JobPaused()]))).Message.ShouldContain("does not begin");

    private static AttemptStarted Start(int sequence, int attempt = 1) => new(sequence, attempt, "node", "cpu:0");

    private static AttemptFailed Fail(int sequence, int attempt) =>
        new(sequence, attempt, new FailedResult(FailureKind.Unavailable, "away"));
}
