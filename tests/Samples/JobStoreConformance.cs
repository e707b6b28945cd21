namespace Cluster.Tests;

/// <summary>What every store of jobs must do; each implementation's tests inherit it.</summary>
public abstract class JobStoreConformance
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Add_NewJob_IsFoundAlsoAfterReopening()
    {
        var entry = Entry("one", request: "r1") with
        {
            DisplayName = "é \"one\"\n",
            TraceParent = "00-1",
            Inputs = new JobInputs { Model = "m", Calibration = new DataLocation("folder:x", "abc"), Preprocess = "{}" }
        };
        var store = await OpenAsync();
        Text(await store.AddAsync(entry, Token)).ShouldBe(Text(entry));
        Text(await store.FindAsync("one", Token)).ShouldBe(Text(entry));

        store = await ReopenAsync(store);

        Text(await store.FindAsync("one", Token)).ShouldBe(Text(entry));
        (await store.FindAsync("one", Token))!.Spec.JobId.ShouldBe(entry.Spec.JobId);
        (await store.FindAsync("two", Token)).ShouldBeNull();
    }

    [Fact]
    public async Task CheckWritable_GoodStore_PassesAndLeavesNothing()
    {
        var store = await OpenAsync();

        await store.CheckWritableAsync(Token);
        store = await ReopenAsync(store);

        await store.CheckWritableAsync(Token);
        (await store.ListAsync(new JobQuery(10, []), Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Add_TimeOfFinerGrain_IsKeptInWholeMilliseconds()
    {
        var store = await OpenAsync();
        var added = await store.AddAsync(
            Entry("one") with { CreatedAt = new DateTimeOffset(Epoch.AddTicks(1234).Ticks, TimeSpan.Zero).ToOffset(TimeSpan.FromHours(2)) },
            Token);

        added.CreatedAt.ShouldBe(Epoch);
        (await store.FindAsync("one", Token))!.CreatedAt.ShouldBe(Epoch);
    }

    [Fact]
    public async Task Add_SameRequestAgain_NamesTheFirstJobAlsoAfterReopening()
    {
        var store = await OpenAsync();
        await store.AddAsync(Entry("one", request: "r") with { RequestDigest = "a" }, Token);
        store = await ReopenAsync(store);

        var second = await store.AddAsync(Entry("two", request: "r") with { RequestDigest = "b" }, Token);

        (second.Id, second.RequestDigest).ShouldBe(("one", "a"));
        (await store.FindAsync("two", Token)).ShouldBeNull();
    }

    [Fact]
    public async Task SetPrepared_WhileItIsPrepared_IsStoredOnce()
    {
        var store = await OpenAsync();
        var whole = Entry("one", request: "r");
        var (spec, space) = JobEntry.Unprepared(whole.Inputs, whole.Spec.Options);
        await store.AddAsync(whole with { Spec = spec, Space = space, Status = JobStatus.Preparing }, Token);
        (await store.FindRequestAsync("r", Token)).ShouldNotBeNull().Status.ShouldBe(JobStatus.Preparing);

        (await store.SetPreparedAsync(whole with { Status = JobStatus.Queued }, Token)).ShouldBeTrue();
        (await store.SetPreparedAsync(whole with { DisplayName = "late" }, Token)).ShouldBeFalse("it is prepared already");
        (await store.SetPreparedAsync(Entry("none"), Token)).ShouldBeFalse();
        store = await ReopenAsync(store);

        Text(await store.FindAsync("one", Token)).ShouldBe(Text(whole with { Status = JobStatus.Queued }));
        (await store.ListAsync(new JobQuery(10, [JobStatus.Preparing]), Token)).ShouldBeEmpty();
        (await store.FindRequestAsync("other", Token)).ShouldBeNull();
    }

    [Fact]
    public async Task SetPrepared_OfAScheduledRun_HasItPreparedAndThenIsStored()
    {
        var store = await OpenAsync();
        await store.AddAsync(Entry("one") with { Status = JobStatus.Scheduled }, Token);

        (await store.SetPreparedAsync(Entry("one") with { Status = JobStatus.Preparing }, Token)).ShouldBeTrue();
        (await store.SetPreparedAsync(Entry("one") with { Status = JobStatus.Cancelled }, Token)).ShouldBeTrue();
        (await store.SetPreparedAsync(Entry("one") with { Status = JobStatus.Preparing }, Token)).ShouldBeFalse("it has ended");
    }

    [Fact]
    public async Task AddNext_WhileTheRunBeforeIsNotOver_StoresItOnceAndNeverAgain()
    {
        var store = await OpenAsync();
        var schedule = new RunSchedule { First = "one", Every = TimeSpan.FromHours(1), Due = Epoch };
        var run = Entry("one") with { Schedule = schedule, Status = JobStatus.Running };
        await store.AddAsync(run, Token);
        var next = schedule.Next(run, Epoch);

        await store.AddNextAsync(next, Token);
        await store.AddNextAsync(next with { CreatedAt = Epoch.AddHours(1) }, Token);
        store = await ReopenAsync(store);
        Text(await store.FindAsync(next.Id, Token)).ShouldBe(Text(next));
        (await store.ReadJournalAsync(next.Id, Token)).ShouldBeEmpty();

        await store.SetStatusAsync("one", JobStatus.Succeeded, Token);
        await store.RemoveAsync(next.Id, Token);
        await store.AddNextAsync(next, Token);
        (await store.FindAsync(next.Id, Token)).ShouldBeNull("the run before is over");

        await store.RemoveAsync("one", Token);
        await store.AddNextAsync(next, Token);
        (await store.FindAsync(next.Id, Token)).ShouldBeNull("the run before is gone");
    }

    [Fact]
    public async Task Add_FiftyTimesAtOnceUnderOneRequest_IsOneJob()
    {
        var store = await OpenAsync();

        var added = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(i => Task.Run(() => store.AddAsync(Entry($"job-{i}", request: "r"), Token))));

        added.Select(entry => entry.Id).Distinct().Count().ShouldBe(1);
        Ids(await store.ListAsync(new JobQuery(100, []), Token)).ShouldBe([added[0].Id]);
    }

    [Fact]
    public async Task Add_FiftyTimesAtOnceWithoutRequest_AreFiftyJobs()
    {
        var store = await OpenAsync();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => store.AddAsync(Entry($"job-{i:00}"), Token))));

        Ids(await store.ListAsync(new JobQuery(100, []), Token)).ShouldBe(Enumerable.Range(0, 50).Select(i => $"job-{49 - i:00}"));
    }

    [Fact]
    public async Task Add_NameOfAnotherJob_IsRefused()
    {
        var store = await OpenAsync();
        await store.AddAsync(Entry("one", request: "r1"), Token);

        (await Should.ThrowAsync<JobException>(() => store.AddAsync(Entry("one", request: "r2"), Token))).Message.ShouldContain(
            "another job one");

        // The same job again is what a caller sends whose first call's answer was lost.
        await store.SetStatusAsync("one", JobStatus.Running, Token);
        (await store.AddAsync(Entry("one", request: "r1"), Token)).Status.ShouldBe(JobStatus.Running);
    }

    [Fact]
    public async Task Any_InvalidJobName_IsRefusedOrNotFound()
    {
        var store = await OpenAsync();
        foreach (string id in new[] { "", ".", "..", "../one", "/etc", "a/b", "a\\b", "A", "-a", "a b", "a\0", "é", ".new-a" })
        {
            (await Should.ThrowAsync<JobException>(() => store.AddAsync(Entry(id), Token), id)).Message.ShouldContain("cannot name a job");
            (await store.FindAsync(id, Token)).ShouldBeNull(id);
            (await store.RemoveAsync(id, Token)).ShouldBeFalse(id);
            await store.SetStatusAsync(id, JobStatus.Failed, Token);
            await Should.ThrowAsync<JobException>(() => store.OpenJournalAsync(id, Token), id);
            await Should.ThrowAsync<JobException>(() => store.ReadJournalAsync(id, Token), id);
        }
    }

    [Fact]
    public async Task Add_OverlongName_IsRefused()
    {
        var store = await OpenAsync();
        await store.AddAsync(Entry(new string('a', JobIds.MaxLength)), Token);

        await Should.ThrowAsync<JobException>(() => store.AddAsync(Entry(new string('a', JobIds.MaxLength + 1)), Token));
    }

    [Fact]
    public async Task List_Pages_AreNewestFirstWithoutGapsOrRepetitions()
    {
        var store = await OpenAsync();
        string[] ids = ["a", "a-1", "a0", "b", "z9", "0"];
        foreach (var (id, minute) in ids.Zip([5, 5, 5, 1, 9, 5]))
        {
            await store.AddAsync(Entry(id) with { CreatedAt = Epoch.AddMinutes(minute) }, Token);
        }

        // Equal times by code unit: '-' is before '0'.
        string[] expected = ["z9", "a0", "a-1", "a", "0", "b"];
        Ids(await store.ListAsync(new JobQuery(100, []), Token)).ShouldBe(expected);
        (await store.ListKeysAsync(new JobQuery(100, []), Token)).ShouldBe(
            (await store.ListAsync(new JobQuery(100, []), Token)).Select(job => new JobKey(job.Id, job.CreatedAt)));
        for (var size = 1; size <= 7; size++)
        {
            var seen = new List<string>();
            JobEntry? last = null;
            IReadOnlyList<JobEntry> page;
            do
            {
                page = await store.ListAsync(new JobQuery(size, [], last?.CreatedAt, last?.Id), Token);
                seen.AddRange(Ids(page));
                page.Count.ShouldBeLessThanOrEqualTo(size);
                last = page.Count > 0 ? page[^1] : null;
            }
            while (page.Count == size);

            seen.ShouldBe(expected, ignoreOrder: false, $"pages of {size}");
        }

        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => store.ListAsync(new JobQuery(0, []), Token));
    }

    [Fact]
    public async Task List_ByStatus_FollowsItsChangesAlsoAfterReopening()
    {
        var store = await OpenAsync();
        var statuses = Enum.GetValues<JobStatus>();
        foreach (var status in statuses)
        {
            var id = $"job-{(int)status}";
            await store.AddAsync(Entry(id), Token);
            await store.SetStatusAsync(id, status, Token);
        }

        await store.SetStatusAsync("nobody", JobStatus.Failed, Token);
        for (var open = 0; open < 2; open++)
        {
            foreach (var status in statuses)
            {
                var found = (await store.ListAsync(new JobQuery(10, [status]), Token)).ShouldHaveSingleItem();
                (found.Id, found.Status).ShouldBe(($"job-{(int)status}", status));
                (await store.FindAsync(found.Id, Token))!.Status.ShouldBe(status);
            }

            Ids(await store.ListAsync(new JobQuery(1, [JobStatus.Running, JobStatus.Paused]), Token)).ShouldBe(
                [$"job-{(int)JobStatus.Paused}"]);
            store = await ReopenAsync(store);
        }
    }

    [Fact]
    public async Task List_OfATenant_HasItsJobsAndOfTheDefaultThoseWithout()
    {
        var store = await OpenAsync();
        await store.AddAsync(Entry("one"), Token);
        await store.AddAsync(Entry("two") with { Tenant = "a" }, Token);
        await store.AddAsync(Entry("three") with { Tenant = "b" }, Token);
        store = await ReopenAsync(store);

        Ids(await store.ListAsync(new JobQuery(10, []), Token)).ShouldBe(["one", "two", "three"], ignoreOrder: true);
        Ids(await store.ListAsync(new JobQuery(10, []) { Tenant = "a" }, Token)).ShouldBe(["two"]);
        Ids(await store.ListAsync(new JobQuery(10, []) { Tenant = TenantName.Default }, Token)).ShouldBe(["one"]);
        Ids(await store.ListAsync(new JobQuery(10, [JobStatus.Failed]) { Tenant = "a" }, Token)).ShouldBeEmpty();
        Ids(await store.ListAsync(new JobQuery(10, [], Epoch.AddYears(1), "z") { Tenant = "b" }, Token)).ShouldBe(["three"]);
        TenantName.Of((await store.FindAsync("three", Token))!).ShouldBe("b");
    }

    [Fact]
    public async Task Remove_Job_IsGoneWithItsJournalAndRequest()
    {
        var store = await OpenAsync();
        await store.AddAsync(Entry("one", request: "r"), Token);
        await using (var journal = await store.OpenJournalAsync("one", Token))
        {
            await journal.AppendAsync(SampleEvents.All[0], Token);
        }

        (await store.RemoveAsync("one", Token)).ShouldBeTrue();
        (await store.RemoveAsync("one", Token)).ShouldBeFalse();
        store = await ReopenAsync(store);

        (await store.FindAsync("one", Token)).ShouldBeNull();
        (await store.ListAsync(new JobQuery(10, []), Token)).ShouldBeEmpty();
        (await Should.ThrowAsync<JobException>(() => store.OpenJournalAsync("one", Token))).Message.ShouldContain("no job one");
        (await Should.ThrowAsync<JobException>(() => store.ReadJournalAsync("one", Token))).Message.ShouldContain("no job one");

        // The name and the request are free again, and nothing of the earlier job is left.
        (await store.AddAsync(Entry("one", request: "r"), Token)).Id.ShouldBe("one");
        (await store.ReadJournalAsync("one", Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Remove_WhileItsJournalIsOwned_EndsTheOwnership()
    {
        var store = await OpenAsync();
        await store.AddAsync(Entry("one"), Token);
        await using var journal = await store.OpenJournalAsync("one", Token);
        await journal.AppendAsync(SampleEvents.All[0], Token);

        (await store.RemoveAsync("one", Token)).ShouldBeTrue();

        await Should.ThrowAsync<JournalOwnershipException>(() => journal.AppendAsync(SampleEvents.All[1], Token));
    }

    [Fact]
    public async Task OpenJournal_SecondOwner_TakesOver()
    {
        var store = await OpenAsync();
        await store.AddAsync(Entry("one"), Token);
        await using var first = await store.OpenJournalAsync("one", Token);
        await first.AppendAsync(SampleEvents.All[0], Token);

        await using var second = await store.OpenJournalAsync("one", Token);

        second.Token.ShouldBeGreaterThan(first.Token);
        await Should.ThrowAsync<JournalOwnershipException>(() => first.AppendAsync(SampleEvents.All[1], Token));
        await first.DisposeAsync();
        await second.AppendAsync(SampleEvents.All[1], Token);
        Jobs.Text((await store.ReadJournalAsync("one", Token)).Select(record => record.Event))
            .ShouldBe(Jobs.Text(SampleEvents.All.Take(2)));
    }

    [Fact]
    public async Task ReadJournal_WhileItIsWritten_GivesPrefixesThatOnlyGrow()
    {
        var store = await OpenAsync();
        await store.AddAsync(Entry("one"), Token);
        (await store.ReadJournalAsync("one", Token)).ShouldBeEmpty();
        await using var journal = await store.OpenJournalAsync("one", Token);
        var acknowledged = 0;
        var writing = Task.Run(
            async () =>
            {
                for (var i = 0; i < 60; i++)
                {
                    await journal.AppendAsync([.. Enumerable.Repeat(SampleEvents.All[i % SampleEvents.All.Count], 1 + (i % 3))], Token);
                    Volatile.Write(ref acknowledged, journal.Records.Count);
                }
            },
            Token);

        var before = 0;
        while (!writing.IsCompleted)
        {
            var atLeast = Volatile.Read(ref acknowledged);
            var records = await store.ReadJournalAsync("one", Token);
            records.Select(record => record.Number).ShouldBe(Enumerable.Range(0, records.Count).Select(i => (long)i));
            records.Count.ShouldBeGreaterThanOrEqualTo(Math.Max(atLeast, before));
            before = records.Count;
        }

        await writing;
        (await store.ReadJournalAsync("one", Token)).Count.ShouldBe(120);
    }

    [Fact]
    public async Task Journals_OfSeveralJobs_AreTheirOwn()
    {
        var store = await OpenAsync();
        string[] ids = ["one", "two", "three"];
        foreach (var id in ids)
        {
            await store.AddAsync(Entry(id), Token);
        }

        await Task.WhenAll(ids.Select(async id =>
        {
            await using var journal = await store.OpenJournalAsync(id, Token);
            await journal.AppendAsync([.. Enumerable.Range(0, 10).Select(i => new Coordinator.Journal.JobFailed($"{id} {i}"))], Token);
        }));
        store = await ReopenAsync(store);

        foreach (var id in ids)
        {
            (await store.ReadJournalAsync(id, Token)).Select(record => ((Coordinator.Journal.JobFailed)record.Event).Reason)
                .ShouldBe(Enumerable.Range(0, 10).Select(i => $"{id} {i}"));
        }
    }

    /// <summary>An entry of a small network; entries of one id and request are the same.</summary>
    protected static JobEntry Entry(string id, string? request = null) => Begun.Entry(id) with
    {
        RequestId = request,
        RequestDigest = request is null ? null : "digest",
        CreatedAt = Epoch,
    };

    /// <summary>Opens the store of this test for the first time.</summary>
    protected abstract Task<IJobStore> OpenAsync();

    /// <summary>Ends a store and opens it again, as a process that starts anew does.</summary>
    protected abstract Task<IJobStore> ReopenAsync(IJobStore store);

    private static string Text(JobEntry? entry) => CanonicalJson.Serialize(entry);

    private static IEnumerable<string> Ids(IEnumerable<JobEntry> entries) => entries.Select(entry => entry.Id);
}
