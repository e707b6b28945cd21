namespace Cluster.Grains.Tests.Jobs;

public sealed class JobLifeTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Create_AJob_RunsToTheSameDecisionsAsTheLoopAlone()
    {
        var network = Networks.Sensitive;
        var node = new SyntheticNode(network, 4);
        await using var silo = await TestSilo.StartAsync(_folder.Root, node);

        await silo.CreateAsync(TestSilo.Entry(network));
        var records = await silo.ReadAsync("j-1");

        Decisions(records).ShouldBe(await ExpectedAsync(network));
        records.Select(record => record.Event).OfType<ArtefactPublished>().ShouldHaveSingleItem();
        (await silo.StatusAsync("j-1")).ShouldBe(JobStatus.Succeeded);
        node.Overlaps.ShouldBeEmpty();
    }

    [Fact]
    public async Task Silo_MoreJobsThanAreReadAtOnce_BeginsAllOfThem()
    {
        string[] ids = ["j-1", "j-2", "j-3", "j-4", "j-5"];
        using (var store = FileJobStore.Open(_folder.Root))
        {
            foreach (var id in ids)
            {
                await store.AddAsync(TestSilo.Entry(Networks.Easy, id), TestContext.Current.CancellationToken);
            }
        }

        // No work ends, so those that are read first stay where they are.
        var node = new SyntheticNode(Networks.Easy, 1, async (_, stop) =>
        {
            await Task.Delay(Timeout.Infinite, stop);
            return null;
        });
        var options = TestSilo.Quick with { JobsPerLook = 2, DrainLimit = TimeSpan.FromMilliseconds(50) };
        await using var silo = await TestSilo.StartAsync(_folder.Root, node, options: options);

        foreach (var id in ids)
        {
            await silo.ListedAsync(id, JobStatus.Running);
        }

        (await silo.Store.ListAsync(new JobQuery(10, [JobStatus.Running]), TestContext.Current.CancellationToken)).Count.ShouldBe(5);
    }

    [Fact]
    public async Task Create_SameRequestTwice_MakesOneJob()
    {
        await using var silo = await TestSilo.StartAsync(_folder.Root, new SyntheticNode(Networks.Easy, 1));

        await silo.CreateAsync(TestSilo.Entry(Networks.Easy, "j-1", "request"));
        var second = (await silo.Catalog.CreateAsync(Carried.Of(TestSilo.Entry(Networks.Easy, "j-2", "request")))).Value<JobEntry>();

        second.Id.ShouldBe("j-1");
        (await silo.Grains.GetGrain<IJobGrain>("j-2").ReadAsync(0, 1, TimeSpan.Zero, TestContext.Current.CancellationToken)).ShouldBeNull();
    }

    [Fact]
    public async Task Cancel_InTheMiddle_StopsTheWorkAndEndsTheJob()
    {
        var network = Networks.Sensitive;
        var begun = new TaskCompletionSource();
        var stopped = new TaskCompletionSource();
        var node = new SyntheticNode(network, 1, async (item, stop) =>
        {
            if (item is SensitivityItem)
            {
                begun.TrySetResult();
                await Task.Delay(Timeout.Infinite, stop).ContinueWith(_ => stopped.TrySetResult(), TaskScheduler.Default);
                stop.ThrowIfCancellationRequested();
            }

            return null;
        });
        await using var silo = await TestSilo.StartAsync(_folder.Root, node);
        await silo.CreateAsync(TestSilo.Entry(network));
        await begun.Task.WaitAsync(Token);

        var reply = await silo.Grains.GetGrain<IJobGrain>("j-1").CancelAsync("enough");
        var records = await silo.ReadAsync("j-1");

        reply.Outcome.ShouldBe(JobReplyOutcome.Done);
        await stopped.Task.WaitAsync(Token);
        records[^1].Event.ShouldBeOfType<JobCancelled>();
        (await silo.StatusAsync("j-1")).ShouldBe(JobStatus.Cancelled);
        (await silo.Grains.GetGrain<IJobGrain>("j-1").PauseAsync()).Outcome.ShouldBe(JobReplyOutcome.Ended);
    }

    [Fact]
    public async Task Stop_InTheMiddle_IsTakenUpAgainByTheKeeper()
    {
        var network = Networks.Scattered;
        await using var silo = await TestSilo.StartAsync(_folder.Root, new SyntheticNode(network, 2));
        await silo.CreateAsync(TestSilo.Entry(network));
        await silo.ReadAsync("j-1", record => record.Event is ItemCompleted);

        await silo.Grains.GetGrain<IJobGrain>("j-1").StopAsync();
        var records = await silo.ReadAsync("j-1");

        Decisions(records).ShouldBe(await ExpectedAsync(network));
    }

    [Fact]
    public async Task Stop_WhileAStepIsReconstructed_FindsTheSameWorkAgain()
    {
        // A faster plan is refused, and only the last method gets it within the accepted drop.
        var network = Networks.Sensitive.Choosing(
            options => options with { Reconstruct = ReconstructionMode.Auto, Iterations = 9 }) with
        {
            Recovered = step => step == ReconstructionStep.QDrop ? 0.95 : 0.1,
        };
        var begun = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        var node = new SyntheticNode(network, 2, async (item, stop) =>
        {
            if (item is ReconstructItem { Step: ReconstructionStep.AdaRound })
            {
                begun.TrySetResult();
                await go.Task.WaitAsync(stop);
            }

            return null;
        });
        await using var silo = await TestSilo.StartAsync(_folder.Root, node);
        await silo.CreateAsync(TestSilo.Entry(network));
        await begun.Task.WaitAsync(Token);
        await silo.Grains.GetGrain<IJobGrain>("j-1").StopAsync();
        go.SetResult();
        var records = await silo.ReadAsync("j-1");

        node.Done.OfType<ReconstructItem>().Select(item => item.Step)
            .ShouldBe([ReconstructionStep.Probe, ReconstructionStep.AdaRound, ReconstructionStep.Brecq, ReconstructionStep.QDrop]);
        var kept = records.Select(record => record.Event).OfType<StepCompleted>().Last();
        ((JobCompleted)records[^1].Event).PlanDigest.ShouldBe(kept.Winner.ShouldNotBeNull().Plan.Digest);
        Decisions(records).ShouldBe(await ExpectedAsync(network));
    }

    [Fact]
    public async Task Restart_OfTheSilo_GoesOnWhereTheJournalEnds()
    {
        var network = Networks.Scattered;
        var reached = new TaskCompletionSource();
        var count = 0;
        var first = new SyntheticNode(network, 2, async (_, stop) =>
        {
            if (Interlocked.Increment(ref count) > 6)
            {
                reached.TrySetResult();
                await Task.Delay(Timeout.Infinite, stop);
            }

            return null;
        });
        var entry = TestSilo.Entry(network);
        await using (var silo = await TestSilo.StartAsync(_folder.Root, first))
        {
            await silo.CreateAsync(entry);
            await reached.Task.WaitAsync(Token);
            await silo.Grains.GetGrain<IJobGrain>("j-1").StopAsync();
            foreach (var open in Open(await silo.Store.ReadJournalAsync("j-1", Token)))
            {
                await silo.Grains.GetGrain<ICandidateGrain>(open).StopAsync();
            }
        }

        await using var next = await TestSilo.StartAsync(_folder.Root, new SyntheticNode(network, 2));
        var records = await next.ReadAsync("j-1");

        Decisions(records).ShouldBe(await ExpectedAsync(network));
    }

    [Fact]
    public async Task Work_ThatBreaks_InACluster_IsTriedAgain()
    {
        var network = Networks.Easy;
        var broken = 0;
        var node = new SyntheticNode(network, 1, (item, _) =>
            item is AccuracyItem && Interlocked.Increment(ref broken) <= 2
                ? throw new IOException("The disk is full.")
                : Task.FromResult<WorkResult?>(null));
        await using var silo = await TestSilo.StartAsync(_folder.Root, node);

        await silo.CreateAsync(TestSilo.Entry(network));
        var records = await silo.ReadAsync("j-1");

        Decisions(records).ShouldBe(await ExpectedAsync(network));
        var failures = records.Select(record => record.Event).OfType<AttemptFailed>().Select(failed => failed.Failure).ToArray();

        // On a busy machine a slot may be given anew before its node has freed it, and is then refused.
        failures.ShouldAllBe(failure => failure.Kind == FailureKind.Unavailable);
        failures.ShouldAllBe(failure => failure.Reason.Contains("disk is full") || failure.Reason.Contains("works on something else"));
    }

    [Fact]
    public async Task Work_ThatCannotBePublished_EndsTheJobAsFailed()
    {
        var node = new SyntheticNode(Networks.Easy, 1)
        {
            Publish = _ => Task.FromResult<WorkResult>(
                new FailedResult(FailureKind.ParityRefused, "The parity gate refused the winner.")),
        };
        await using var silo = await TestSilo.StartAsync(_folder.Root, node);

        await silo.CreateAsync(TestSilo.Entry(Networks.Easy));
        var records = await silo.ReadAsync("j-1");

        records[^1].Event.ShouldBeOfType<JobFailed>().Reason.ShouldContain("parity gate");
        (await silo.StatusAsync("j-1")).ShouldBe(JobStatus.Failed);
    }

    [Fact]
    public async Task Delete_ARunningJob_IsRefusedAndAnEndedOneIsForgotten()
    {
        var hold = new TaskCompletionSource();
        var node = new SyntheticNode(Networks.Easy, 1, async (_, _) =>
        {
            await hold.Task;
            return null;
        });
        await using var silo = await TestSilo.StartAsync(_folder.Root, node);
        await silo.CreateAsync(TestSilo.Entry(Networks.Easy));

        (await silo.Catalog.DeleteAsync("j-1")).Outcome.ShouldBe(JobReplyOutcome.Unavailable);
        hold.SetResult();
        await silo.ReadAsync("j-1");
        (await silo.Catalog.DeleteAsync("j-1")).Outcome.ShouldBe(JobReplyOutcome.Done);

        (await silo.Catalog.DeleteAsync("j-1")).Outcome.ShouldBe(JobReplyOutcome.Unknown);
        (await silo.Store.FindAsync("j-1", Token)).ShouldBeNull();
    }

    [Fact]
    public async Task ManyJobs_OnFewSlots_AllEndAlike()
    {
        var network = Networks.Easy;
        var node = new SyntheticNode(network, 3);
        await using var silo = await TestSilo.StartAsync(_folder.Root, node);

        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => silo.CreateAsync(TestSilo.Entry(network, $"j-{i}"))));
        var expected = await ExpectedAsync(network);

        foreach (var i in Enumerable.Range(0, 6))
        {
            Decisions(await silo.ReadAsync($"j-{i}")).ShouldBe(expected);
        }

        node.Overlaps.ShouldBeEmpty();
    }

    private static async Task<string> ExpectedAsync(SyntheticNetwork network) =>
        Decisions((await Cluster.Tests.Jobs.JournalAsync(network)).Records);

    private static string[] Open(IReadOnlyList<JournalRecord> records)
    {
        var state = JobState.Fold(records.Select(record => record.Event)).ShouldNotBeNull();
        return
        [
            .. state.Pending.Select(item => (Item: item, state.Attempts(item.Sequence).Open))
                .Where(pending => pending.Open is not null)
                .Select(pending => Assignment.KeyOf(pending.Open!.Node, "j-1", pending.Item.Id, pending.Open.Grant)),
        ];
    }

    // Published by the one path here and not at all there; the rest is what must be equal.
    private static string Decisions(IEnumerable<JournalRecord> records) => string.Join('\n', RoundOrder
        .Of(records.Select(record => record.Event))
        .Where(e => e is not (AttemptStarted or AttemptFailed or ArtefactPublished or PauseRequested or JobPaused or JobResumed))
        .Select(CanonicalJson.Serialize));
}
