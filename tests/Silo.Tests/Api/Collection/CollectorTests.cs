using Cluster.Coordinator.Model;
using JobException = Cluster.Plans.JobException;

namespace Cluster.Silo.Tests.Api.Collection;

public sealed class CollectorTests : IDisposable
{
    private static readonly DateTimeOffset Today = new(2026, 6, 30, 12, 0, 0, TimeSpan.Zero);

    private readonly WorkFolder _folder = new();
    private readonly ManualTime _time = new(Today.AddDays(-100));
    private readonly FolderArtefactStore _artefacts;
    private readonly FileJobStore _store;
    private readonly NotedRemoval _removal = new();

    public CollectorTests()
    {
        _artefacts = new FolderArtefactStore(_folder["artefacts"]);
        _store = FileJobStore.Open(_folder["data"], _time);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Plan_ByAge_HasWhatIsOlderWithReasonsAndSizesAndChangesNothing()
    {
        string shared = await PutAsync(100, daysAgo: 60);
        string own = await PutAsync(10, daysAgo: 60);
        string upload = await PutAsync(7, daysAgo: 9);
        string recent = await PutAsync(5, daysAgo: 1);
        await AddAsync("old", 40, shared, own);
        await AddAsync("young", 20, shared);
        await AddAsync("running", endedDaysAgo: null, shared);

        var plan = await PlanAsync(new RetentionRules { KeepJobs = TimeSpan.FromDays(30), KeepUploads = TimeSpan.FromDays(7) });

        plan.Items.Select(item => (item.Id, item.Bytes)).ShouldBe([(upload, 7), ("old", 10)]);
        plan.Items[0].Reason.ShouldBe("no job names it, and it came on 2026-06-21, more than 7 days ago");
        plan.Items[1].Reason.ShouldBe("it ended on 2026-05-21, more than 30 days ago");
        (plan.StoredBytes, plan.FreedBytes).ShouldBe((122, 17));
        _artefacts.Contains(upload).ShouldBeTrue();
        _artefacts.Contains(recent).ShouldBeTrue();
        _removal.Jobs.ShouldBeEmpty();
    }

    [Fact]
    public async Task Plan_BySize_TakesEndedJobsInTheOrderOfTheirEndsUntilItFits()
    {
        await AddAsync("first", 9, await PutAsync(100, 9));
        await AddAsync("second", 8, await PutAsync(200, 8));
        await AddAsync("third", 7, await PutAsync(400, 7));
        await AddAsync("running", endedDaysAgo: null, await PutAsync(800, 9));

        (await PlanAsync(new RetentionRules { MostBytes = 1300 })).Items.Select(item => item.Id).ShouldBe(["first", "second"]);
        (await PlanAsync(new RetentionRules { MostBytes = 1500 })).Items.ShouldBeEmpty();
        var all = await PlanAsync(new RetentionRules { MostBytes = 1 });
        all.Items.Select(item => item.Id).ShouldBe(["first", "second", "third"], "what runs stays");
        all.Items[2].Reason.ShouldBe("files have 1.2 kB where 1 B are kept, and of all jobs it ended first");
    }

    [Fact]
    public async Task Plan_ProofsOfSchedules_KeepsTheLastOfEach()
    {
        string model = await PutAsync(1, 0);
        foreach (var (id, ended, first) in new (string, int?, string?)[]
        {
            ("a-1", 9, "a-1"), ("b-1", 8, "b-1"), ("once", 8, null), ("a-2", 7, "a-1"), ("a-3", 6, "a-1"), ("b-2", 5, "b-1"),
            ("a-4", null, "a-1"),
        })
        {
            await AddAsync(id, ended, model, first: first);
        }

        var plan = await PlanAsync(new RetentionRules { KeepProofs = 2 });

        plan.Items.Select(item => item.Id).ShouldBe(["a-1"]);
        plan.Items[0].Reason.ShouldBe("of the proofs of its schedule the last 2 are kept");
        (await PlanAsync(new RetentionRules { KeepProofs = 1 })).Items.Select(item => item.Id).ShouldBe(["a-1", "b-1", "a-2"]);
        (await PlanAsync(new RetentionRules())).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Plan_FileOfTwoJobsThatBothGo_IsCountedOnce()
    {
        string shared = await PutAsync(100, 60);
        await AddAsync("one", 50, shared);
        await AddAsync("two", 40, shared);

        var plan = await PlanAsync(new RetentionRules { KeepJobs = TimeSpan.FromDays(30) });

        plan.Items.Select(item => (item.Id, item.Bytes)).ShouldBe([("one", 0), ("two", 100)]);
    }

    [Fact]
    public async Task Remove_Plan_TakesJobsAndFilesButForThoseThatAJobCameToName()
    {
        string first = await PutAsync(1, 60);
        string second = await PutAsync(2, 60);
        var claims = new FolderArtefactClaims(_folder["artefacts"]);
        await claims.ClaimAsync(first, "one", Token);
        await AddAsync("old", 40, await PutAsync(3, 60));
        var plan = await PlanAsync(new RetentionRules { KeepJobs = TimeSpan.FromDays(30), KeepUploads = TimeSpan.FromDays(7) });
        await AddAsync("new", endedDaysAgo: null, second);

        await Collector().RemoveAsync(plan, Token);

        _artefacts.Contains(first).ShouldBeFalse();
        (await claims.IsClaimedAsync(first, "one", Token)).ShouldBeFalse();
        _artefacts.Contains(second).ShouldBeTrue();
        _removal.Jobs.ShouldBe(["old"]);
    }

    [Fact]
    public async Task Remove_ArtefactsOfAnotherDatabase_TakesNothing()
    {
        string upload = await PutAsync(1, 60);
        await AddAsync("old", 40, await PutAsync(3, 60));
        var plan = await PlanAsync(new RetentionRules { KeepJobs = TimeSpan.FromDays(30), KeepUploads = TimeSpan.FromDays(7) });
        var collector = Collector();
        Owners.Mark(_folder["artefacts"], "production@2");

        var refusal = await Should.ThrowAsync<JobException>(() => collector.RemoveAsync(plan, Token));

        refusal.Message.ShouldContain("are those of production@2, says its .cluster, but the jobs here are those of test@1");
        _artefacts.Contains(upload).ShouldBeTrue();
        _removal.Jobs.ShouldBeEmpty();
    }

    [Fact]
    public async Task Remove_FileThatCountsAsNewSince_Stays()
    {
        string first = await PutAsync(1, 60);
        string second = await PutAsync(2, 60);
        var plan = await PlanAsync(new RetentionRules { KeepUploads = TimeSpan.FromDays(7) });

        // As whoever is about to submit a job with it does.
        await _artefacts.TouchAsync(second, Token);
        await Collector().RemoveAsync(plan, Token);

        (_artefacts.Contains(first), _artefacts.Contains(second)).ShouldBe((false, true));
    }

    private Task<CollectionPlan> PlanAsync(RetentionRules rules)
    {
        Until(Today);
        return Collector().PlanAsync(rules, Token);
    }

    private void Until(DateTimeOffset at)
    {
        if (at > _time.GetUtcNow())
        {
            _time.Advance(at - _time.GetUtcNow());
        }
    }

    private Collector Collector()
    {
        var named = new NamedArtefacts(_store);
        var unnamed = new UnnamedFiles(
            _artefacts, new FolderArtefactClaims(_folder["artefacts"]), Owners.Of(_folder["artefacts"]), named);
        return new Collector(_artefacts, named, unnamed, _removal, _time);
    }

    private async Task<string> PutAsync(int size, int daysAgo)
    {
        byte[] bytes = new byte[size];
        Array.Fill(bytes, (byte)daysAgo);
        string sha256 = await _artefacts.PutAsync(new MemoryStream(bytes), Token);
        File.SetLastWriteTimeUtc(_artefacts.PathOf(sha256), Today.AddDays(-daysAgo).UtcDateTime);
        return sha256;
    }

    // Jobs are added in the order of their ends. The journal's order does not matter here: it is read for what it names, and
    // when its last event came.
    private async Task AddAsync(string id, int? endedDaysAgo, string model, string? published = null, string? first = null)
    {
        await _store.AddAsync(
            Begun.Entry(id, model) with
            {
                Status = endedDaysAgo is null ? JobStatus.Running : JobStatus.Succeeded,
                Schedule = first is null ? null : new RunSchedule { First = first, Every = TimeSpan.FromDays(1), Due = Today },
            },
            Token);
        Until(Today.AddDays(-(endedDaysAgo ?? 0)));
        JournalEvent[] made = published is null ? [] : [new ArtefactPublished("winner.qdq.onnx", published, 1)];
        await using var journal = await _store.OpenJournalAsync(id, Token);
        await journal.AppendAsync([Begun.Submitted, .. made], Token);
    }
}
