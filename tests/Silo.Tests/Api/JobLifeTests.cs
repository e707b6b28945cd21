using Cluster.Contract.V1;
using Google.Protobuf.WellKnownTypes;

namespace Cluster.Silo.Tests.Api;

[Collection("api")]
public sealed class JobLifeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_AJob_IsWatchedToItsEndFromAnyEventAndThenThereWithItsCandidates()
    {
        await using var host = await ApiHost.StartAsync();

        var created = await host.CreateAsync();
        var events = await host.WatchAsync(created.Name);
        var job = await host.Jobs.GetJobAsync(new GetJobRequest { Name = created.Name });

        created.Name.ShouldMatch("^jobs/j-[0-9a-f]{12}$");
        events.Select(one => one.Sequence).ShouldBe(Enumerable.Range(1, events.Count).Select(i => (long)i));
        events[0].StateChanged.State.ShouldBe(JobState.Queued);
        events[^1].StateChanged.State.ShouldBe(JobState.Succeeded);
        events.ShouldContain(one => one.EventCase == JobEvent.EventOneofCase.RoundProposed);
        events.Where(one => one.WorkChanged is not null).SelectMany(one => one.WorkChanged.Candidates)
            .ShouldContain(job.Winner.Candidate, "finalists are timed together");
        job.State.ShouldBe(JobState.Succeeded);
        job.DisplayName.ShouldBe("a job");
        job.Groups.Count.ShouldBe(8);
        job.Winner.ShouldBe(events.Single(one => one.EventCase == JobEvent.EventOneofCase.WinnerSelected).WinnerSelected);
        job.Artefacts.ShouldHaveSingleItem().Role.ShouldBe("winner.plan.json");
        job.Progress.EstimatedLeft.ShouldBe(0);
        job.Progress.Best.Plan.Digest.ShouldBe(job.Winner.Plan.Digest);
        job.EndTime.ShouldNotBeNull();
        job.Spec.MaxDrop.ShouldBe(0.005);
        job.Spec.Calibration.Spec.ShouldBe("folder:/calibration");
        foreach (var after in new[] { 1, events.Count / 2, events.Count })
        {
            (await host.WatchAsync(job.Name, after)).ShouldBe(events.Skip(after), "exactly the rest");
        }

        await ListedAsync(host, job, events);
    }

    [Fact]
    public async Task Watch_JobStopsAndMoves_MissesNothing()
    {
        await using var host = await ApiHost.StartAsync();
        var begun = host.Node.Hold();
        var job = await host.CreateAsync();
        await begun.WaitAsync(Token);
        var watching = host.WatchAsync(job.Name);

        await host.Grains.GetGrain<IJobGrain>(job.Name["jobs/".Length..]).StopAsync();
        host.Node.Release();
        var events = await watching;

        events.Select(one => one.Sequence).ShouldBe(Enumerable.Range(1, events.Count).Select(i => (long)i));
        events[^1].StateChanged.State.ShouldBe(JobState.Succeeded);
    }

    [Fact]
    public async Task Create_ValidateOnly_EstimatesAndMakesNothing()
    {
        await using var host = await ApiHost.StartAsync();
        var request = await host.RequestAsync();
        request.ValidateOnly = true;

        var response = await host.Jobs.CreateJobAsync(request);

        response.Job.Name.ShouldBeEmpty();
        response.Job.Spec.Target.ShouldBe(request.Spec.Target);
        response.Estimate.Groups.Count.ShouldBe(8);
        response.Estimate.Evaluations.ShouldBeGreaterThan(0);
        (await host.Jobs.ListJobsAsync(new ListJobsRequest())).Jobs.ShouldBeEmpty();
    }

    [Fact]
    public async Task List_SeveralJobs_ComeInPagesTheNewestFirst()
    {
        await using var host = await ApiHost.StartAsync();
        var made = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            made.Add((await host.CreateAsync($"synthetic:groups=4,ms=0..0,seed={i}")).Name);
        }

        foreach (var job in made)
        {
            await host.WatchAsync(job);
            // The listed state follows the journal a moment later: it is there when the job's coordination has come to rest.
            await host.Grains.GetGrain<IJobGrain>(job["jobs/".Length..]).StopAsync();
        }

        var request = new ListJobsRequest { PageSize = 2, States = { JobState.Succeeded, JobState.Failed } };
        var listed = new List<Job>();
        do
        {
            var page = await host.Jobs.ListJobsAsync(request);
            listed.AddRange(page.Jobs);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        listed.Select(job => job.Name).Order(StringComparer.Ordinal).ShouldBe(made.Order(StringComparer.Ordinal));
        listed.Select(job => job.CreateTime.ToDateTimeOffset()).ShouldBeInOrder(SortDirection.Descending);
        listed.ShouldAllBe(job => job.Groups.Count == 0 && job.State == JobState.Succeeded);
        foreach (var job in listed)
        {
            var whole = await host.Jobs.GetJobAsync(new GetJobRequest { Name = job.Name });
            job.Progress.ShouldBe(whole.Progress);
            job.Winner.ShouldBe(whole.Winner);
            job.EndTime.ShouldBe(whole.EndTime);
        }
    }

    [Fact]
    public async Task Pause_RunningJob_WaitsUntilItIsResumed()
    {
        await using var host = await ApiHost.StartAsync();
        var begun = host.Node.Hold();
        var created = await host.CreateAsync();
        await begun.WaitAsync(Token);
        var running = await host.Jobs.GetJobAsync(new GetJobRequest { Name = created.Name });

        var pausing = await host.Jobs.PauseJobAsync(new PauseJobRequest { Name = created.Name, Etag = running.Etag });
        host.Node.Release();
        var seen = await host.WatchAsync(created.Name, until: one => one.StateChanged?.State == JobState.Paused);
        using var beating = host.Jobs.WatchJob(new WatchJobRequest
        {
            Name = created.Name,
            AfterSequence = seen[^1].Sequence,
            HeartbeatInterval = Duration.FromTimeSpan(TimeSpan.FromSeconds(1))
        });
        JobEvent beat;
        var last = seen[^1].Sequence;
        while (true)
        {
            // What ran when the pause was asked for may be written down after it.
            (await beating.ResponseStream.MoveNext(Token)).ShouldBeTrue();
            beat = beating.ResponseStream.Current;
            if (beat.EventCase == JobEvent.EventOneofCase.Heartbeat)
            {
                break;
            }

            last = beat.Sequence;
        }

        var resumed = await host.Jobs.ResumeJobAsync(new ResumeJobRequest { Name = created.Name });
        var rest = await host.WatchAsync(created.Name, last);

        pausing.State.ShouldBeOneOf(JobState.Pausing, JobState.Paused);
        pausing.Etag.ShouldNotBe(running.Etag);
        beat.Sequence.ShouldBe(last);
        beat.Heartbeat.Progress.Purpose.ShouldNotBeEmpty();
        resumed.State.ShouldBe(JobState.Running);
        rest[0].StateChanged.State.ShouldBe(JobState.Running);
        rest[^1].StateChanged.State.ShouldBe(JobState.Succeeded);
    }

    [Fact]
    public async Task Cancel_RunningJob_EndsItAndCancellingAgainChangesNothing()
    {
        await using var host = await ApiHost.StartAsync();
        var begun = host.Node.Hold();
        var created = await host.CreateAsync();
        await begun.WaitAsync(Token);

        await host.Jobs.CancelJobAsync(new CancelJobRequest { Name = created.Name, Reason = "enough" });
        var events = await host.WatchAsync(created.Name);
        var again = await host.Jobs.CancelJobAsync(new CancelJobRequest { Name = created.Name, Reason = "more" });

        events[^1].StateChanged.ShouldBe(new JobStateChanged { State = JobState.Cancelled, Reason = "enough" });
        (again.State, again.Reason).ShouldBe((JobState.Cancelled, "enough"));
    }

    [Fact]
    public async Task Delete_EndedJob_RemovesUnsharedFiles()
    {
        await using var host = await ApiHost.StartAsync();
        var shared = await host.CreateAsync("synthetic:groups=4,ms=0..0,seed=1");
        var deleted = await host.CreateAsync("synthetic:groups=4,ms=0..0,seed=2");
        await host.WatchAsync(shared.Name);
        await host.WatchAsync(deleted.Name);
        var kept = (await host.Jobs.GetJobAsync(new GetJobRequest { Name = shared.Name })).Artefacts.Single();
        var own = (await host.Jobs.GetJobAsync(new GetJobRequest { Name = deleted.Name })).Artefacts.Single();

        await host.Jobs.DeleteJobAsync(new DeleteJobRequest { Name = deleted.Name });

        host.Artefacts.Contains(own.Sha256).ShouldBeFalse();
        host.Artefacts.Contains(kept.Sha256).ShouldBeTrue();
        host.Artefacts.Contains(shared.Spec.Model["artefacts/".Length..]).ShouldBeTrue();
        (await host.Jobs.ListJobsAsync(new ListJobsRequest())).Jobs.ShouldHaveSingleItem().Name.ShouldBe(shared.Name);
        await host.Jobs.DeleteJobAsync(new DeleteJobRequest { Name = shared.Name });
        host.Artefacts.Contains(shared.Spec.Model["artefacts/".Length..]).ShouldBeFalse();
    }

    [Fact]
    public async Task Nodes_AtWork_NameTheirCandidates()
    {
        await using var host = await ApiHost.StartAsync();
        var begun = host.Node.Hold();
        var created = await host.CreateAsync();
        await begun.WaitAsync(Token);

        Node node;
        do
        {
            // It works before the job's journal says on what.
            node = (await host.Nodes.ListNodesAsync(new ListNodesRequest())).Nodes.ShouldHaveSingleItem();
        }
        while (node.Slots.All(slot => slot.Candidate.Length == 0));

        (node.Name, node.State, node.Version, node.Slots.Count).ShouldBe(("nodes/node-1", NodeState.Ready, ClusterTracing.Version, 2));
        var busy = node.Slots.First(slot => slot.Candidate.Length > 0);
        busy.Candidate.ShouldStartWith(created.Name);
        busy.CandidateStartTime.ShouldNotBeNull();
        host.Node.Release();
        await host.WatchAsync(created.Name);
    }

    [Fact]
    public async Task Cordon_TheOnlyNode_IsShownAndTakenBack()
    {
        await using var host = await ApiHost.StartAsync();
        (await host.Nodes.CordonNodeAsync(new CordonNodeRequest { Name = "nodes/node-1" })).State.ShouldBe(NodeState.Cordoned);
        (await host.Nodes.ListNodesAsync(new ListNodesRequest())).Nodes.ShouldHaveSingleItem().State.ShouldBe(NodeState.Cordoned);
        (await host.Nodes.DrainNodeAsync(new DrainNodeRequest { Name = "nodes/node-1" })).State.ShouldBe(NodeState.Cordoned);
        (await host.Nodes.UncordonNodeAsync(new UncordonNodeRequest { Name = "nodes/node-1" })).State.ShouldBe(NodeState.Ready);
    }

    [Fact]
    public async Task Cancel_KeepBest_PublishesBest()
    {
        await using var host = await ApiHost.StartAsync();
        var later = await host.CreateAsync("synthetic:groups=40,ms=2..4");
        await host.WatchAsync(later.Name, until: e => e.RoundProposed is { Round: 3 });
        await host.Jobs.CancelJobAsync(new CancelJobRequest { Name = later.Name, Reason = "enough", KeepBest = true });
        await host.WatchAsync(later.Name);

        var job = await host.Jobs.GetJobAsync(new GetJobRequest { Name = later.Name });
        job.State.ShouldBe(JobState.Succeeded);
        job.Winner.Reason.ShouldContain("before the search was stopped as requested (enough)");
        job.Artefacts.ShouldNotBeEmpty();
    }

    // The candidates of the list, in pages, are those of the events.
    private static async Task ListedAsync(ApiHost host, Job job, IReadOnlyList<JobEvent> events)
    {
        var last = events
            .SelectMany(one => one.CandidateChanged is { } changed ? [changed] : one.WorkChanged?.Candidates.ToArray() ?? [])
            .GroupBy(candidate => candidate.Number).OrderBy(changes => changes.Key).Select(changes => changes.Last()).ToArray();
        var listed = new List<Candidate>();
        var request = new ListCandidatesRequest { Parent = job.Name, PageSize = 3 };
        do
        {
            var page = await host.Jobs.ListCandidatesAsync(request);
            listed.AddRange(page.Candidates);
            page.Candidates.Count.ShouldBeLessThanOrEqualTo(3);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        listed.Count.ShouldBeGreaterThan(3);
        listed.ShouldBe(last);
        listed.ShouldAllBe(candidate => candidate.State == CandidateState.Succeeded && candidate.Evaluations.Count > 0);
        listed[0].Evaluations[0].Accuracy.HasDrop.ShouldBeTrue();
        (await host.Jobs.ListCandidatesAsync(new ListCandidatesRequest { Parent = job.Name, States = { CandidateState.Failed } }))
            .Candidates.ShouldBeEmpty();
    }
}
