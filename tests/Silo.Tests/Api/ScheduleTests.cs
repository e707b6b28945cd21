using Cluster.Contract.V1;
using Cluster.Coordinator.Model;
using Cluster.Silo.Tests.Api.Access;
using Google.Protobuf.WellKnownTypes;
using JobStatus = Cluster.Coordinator.Model.JobStatus;
using JobWait = Cluster.Contract.V1.JobWait;
using WaitCause = Cluster.Contract.V1.WaitCause;

namespace Cluster.Silo.Tests.Api;

/// <summary>Scheduled proofs: one at a time, and none that was not asked for.</summary>
[Collection("api")]
public sealed class ScheduleTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly JumpingTime _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Prove_AgainAndAgain_StoresTheNextWhenARunEndsAndLeavesOutWhatWasMissed()
    {
        await using var host = await StartAsync();
        var first = await host.Jobs.ProveJobAsync(await RequestAsync(host));
        await host.WatchAsync(first.Name);

        var second = await WaitingAsync(host);
        (second.Proves, second.Every.ToTimeSpan()).ShouldBe((first.Proves, Minute));
        second.NotBefore.ToDateTimeOffset().ShouldBe(first.CreateTime.ToDateTimeOffset() + Minute);
        second.Progress.Waiting.ShouldBe(
            new JobWait { Cause = WaitCause.Schedule, Reason = $"begins {second.NotBefore.ToDateTime():yyyy-MM-dd HH:mm:ss}Z" });

        var begun = host.Node.Hold();
        _time.Jump(Minute);
        await begun.WaitAsync(Token);
        _time.Jump(10 * Minute);
        (await UnendedAsync(host)).ShouldHaveSingleItem().Name.ShouldBe(second.Name, "it runs, and no other waits");

        host.Node.Release();
        await host.WatchAsync(second.Name);
        var third = await WaitingAsync(host);
        var late = third.NotBefore.ToDateTimeOffset() - second.NotBefore.ToDateTimeOffset();
        late.ShouldBe(11 * Minute);
        third.Progress.Waiting.Reason.ShouldEndWith("Z; the 10 runs before that were left out, as the last one was not over");
    }

    [Fact]
    public async Task Prove_NodeIsCordoned_HasOneRunThatWaits()
    {
        await using var host = await StartAsync();
        await host.WatchAsync((await host.Jobs.ProveJobAsync(await RequestAsync(host))).Name);
        var waiting = await WaitingAsync(host);
        await host.Nodes.CordonNodeAsync(new CordonNodeRequest { Name = "nodes/node-1" });

        _time.Jump(Minute);
        await UntilAsync(host, waiting.Name, JobState.Preparing);
        foreach (var _ in Enumerable.Range(0, 10))
        {
            _time.Jump(Minute);
            await host.Grains.GetGrain<IJobCatalogGrain>(0).KeepAliveAsync();
        }

        (await UnendedAsync(host)).ShouldHaveSingleItem().Name.ShouldBe(waiting.Name);
        await host.Nodes.UncordonNodeAsync(new UncordonNodeRequest { Name = "nodes/node-1" });
        await host.WatchAsync(waiting.Name);
        await WaitingAsync(host);
    }

    [Fact]
    public async Task Cancel_TheRunThatWaits_EndsTheScheduleForGood()
    {
        await using var host = await StartAsync();
        var first = await host.Jobs.ProveJobAsync(await RequestAsync(host));
        await host.WatchAsync(first.Name);
        var waiting = await WaitingAsync(host);

        (await host.Jobs.CancelJobAsync(new CancelJobRequest { Name = waiting.Name })).State.ShouldBe(JobState.Cancelled);
        await host.Jobs.DeleteJobAsync(new DeleteJobRequest { Name = waiting.Name });

        // As a coordinator of the first run does that hung when it had ended.
        var store = host.Services.GetRequiredService<IJobStore>();
        var run = (await store.FindAsync(Id(first.Name), Token)).ShouldNotBeNull();
        var again = run.Schedule!.Next(run, _time.GetUtcNow());
        again.Id.ShouldBe(Id(waiting.Name));
        await store.AddNextAsync(again, Token);
        _time.Jump(10 * Minute);
        await host.Grains.GetGrain<IJobCatalogGrain>(0).KeepAliveAsync();
        (await UnendedAsync(host)).ShouldBeEmpty();
        (await host.Jobs.ListJobsAsync(new ListJobsRequest())).Jobs.ShouldNotContain(job => job.Name == waiting.Name);
    }

    [Fact]
    public async Task Delete_WhileTheRunBeforeIsNotListedAsOver_WaitsForThat()
    {
        await using var host = await StartAsync();
        var first = await host.Jobs.ProveJobAsync(await RequestAsync(host));
        await host.WatchAsync(first.Name);
        var waiting = await WaitingAsync(host);
        var store = host.Services.GetRequiredService<IJobStore>();

        // As a silo leaves it that is killed between the two.
        await host.Grains.GetGrain<IJobGrain>(Id(first.Name)).StopAsync();
        await store.SetStatusAsync(Id(first.Name), JobStatus.Running, Token);
        await host.Jobs.CancelJobAsync(new CancelJobRequest { Name = waiting.Name });
        await host.Jobs.DeleteJobAsync(new DeleteJobRequest { Name = waiting.Name });

        (await store.FindAsync(Id(first.Name), Token)).ShouldNotBeNull().Status.ShouldBe(JobStatus.Succeeded);
        (await store.FindAsync(Id(waiting.Name), Token)).ShouldBeNull();
    }

    [Fact]
    public async Task Cancel_TheRunThatRuns_EndsTheSchedule()
    {
        await using var host = await StartAsync();
        var request = await RequestAsync(host);
        var begun = host.Node.Hold();
        var first = await host.Jobs.ProveJobAsync(request);
        await begun.WaitAsync(Token);

        await host.Jobs.CancelJobAsync(new CancelJobRequest { Name = first.Name });
        await host.WatchAsync(first.Name);

        (await UnendedAsync(host)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_ThatIsRefused_IsFollowedByTheNext()
    {
        await using var host = await StartAsync();
        await host.WatchAsync((await host.Jobs.ProveJobAsync(await RequestAsync(host))).Name);
        var second = await WaitingAsync(host);
        host.Node.Refusal = new RefusedResult(Plans.JobFault.Missing, "evaluation", "It is away.");

        _time.Jump(Minute);
        await host.WatchAsync(second.Name);

        (await host.Jobs.GetJobAsync(new GetJobRequest { Name = second.Name })).Reason.ShouldBe("It is away.");
        var third = await WaitingAsync(host);
        third.NotBefore.ToDateTimeOffset().ShouldBe(second.NotBefore.ToDateTimeOffset() + Minute);
    }

    [Fact]
    public async Task Prove_AgainOnTheSameImages_IsRefusedUntilTheFirstIsCancelled()
    {
        await using var host = await StartAsync();
        var request = await RequestAsync(host);
        await host.WatchAsync((await host.Jobs.ProveJobAsync(request)).Name);
        var waiting = await WaitingAsync(host);

        var refusal = await Errors.OfAsync(
            () => host.Jobs.ProveJobAsync(new ProveJobRequest(request) { Every = Duration.FromTimeSpan(7 * 1440 * Minute) }).ResponseAsync);

        (refusal.StatusCode, refusal.Info().Reason, refusal.Info().Metadata["job"])
            .ShouldBe((StatusCode.AlreadyExists, "SCHEDULE_EXISTS", waiting.Name));
        refusal.Status.Detail.ShouldBe(
            $"{request.Name} is proved on these images every 1m already, by {waiting.Name}: cancel that first, which ends its schedule.");
        (await host.Jobs.ProveJobAsync(new ProveJobRequest { Name = request.Name })).Every.ShouldBeNull("once is no schedule");
        var other = new ProveJobRequest(request) { Evaluation = new DataSet { Spec = "folder:/other" } };
        (await host.Jobs.ProveJobAsync(other)).Every.ToTimeSpan().ShouldBe(Minute);

        await host.Jobs.CancelJobAsync(new CancelJobRequest { Name = waiting.Name });
        (await host.Jobs.ProveJobAsync(request)).Every.ToTimeSpan().ShouldBe(Minute);
    }

    [Fact]
    public async Task Schedules_AThousand_TakeNoPlaceAndBeginOneAtATime()
    {
        const int Count = 1000;
        await using var host = await StartAsync(new ApiOptions
        {
            PageTokenKey = ApiHost.Key,
            MaxJobs = 3,
            PreparationWait = TimeSpan.FromMilliseconds(50),
        });
        var request = await RequestAsync(host);
        var first = await host.Jobs.ProveJobAsync(request);
        await host.WatchAsync(first.Name);
        await WaitingAsync(host);
        var store = host.Services.GetRequiredService<IJobStore>();
        var run = (await store.FindAsync(Id(first.Name), Token)).ShouldNotBeNull();
        var next = run.Schedule!.Next(run, _time.GetUtcNow());
        foreach (int number in Enumerable.Range(1, Count))
        {
            var schedule = next.Schedule! with { First = $"f-{number}", After = null };
            await store.AddAsync(next with { Id = $"s-{number}", RequestId = null, Schedule = schedule }, Token);
        }

        await host.Grains.GetGrain<IJobCatalogGrain>(0).KeepAliveAsync();

        var job = await host.CreateAsync();
        (await host.WatchAsync(job.Name))[^1].StateChanged.State.ShouldBe(JobState.Succeeded);

        var begun = host.Node.Hold();
        _time.Jump(Minute);
        await begun.WaitAsync(Token);
        (await UnendedAsync(host)).Count(one => one.State is not JobState.Scheduled).ShouldBe(1, "of a tenant one that is due begins");
        (await host.CreateAsync()).State.ShouldNotBe(JobState.Failed);
        host.Node.Release();
    }

    /// <summary>A request to prove a job, which has published what can be proved, each minute.</summary>
    internal static async Task<ProveJobRequest> RequestAsync(ApiHost host)
    {
        var searched = await host.CreateAsync();
        await host.WatchAsync(searched.Name);
        var store = host.Services.GetRequiredService<IJobStore>();
        var entry = (await store.FindAsync(Id(searched.Name), Token)).ShouldNotBeNull();
        var events = (await store.ReadJournalAsync(entry.Id, Token)).Select(record => record.Event).ToArray();
        string plan = events.OfType<ArtefactPublished>().Single(file => file.Name == "winner.plan.json").Sha256;
        string file = Id((await host.UploadAsync([7])).Name);
        var winner = entry with { Id = "winner", RequestId = null, Status = JobStatus.Succeeded };
        await store.AddAsync(winner, Token);
        await using var journal = await store.OpenJournalAsync(winner.Id, Token);
        await journal.AppendAsync(
            [
                .. events.TakeWhile(happened => happened is not ArtefactPublished),
                new ArtefactPublished("winner.qdq.onnx", file, 1),
                new ArtefactPublished("winner.plan.json", plan, 1),
                new ArtefactPublished("result.json", file, 1),
                events.OfType<JobCompleted>().Single(),
            ],
            Token);
        return new ProveJobRequest { Name = "jobs/winner", Every = Duration.FromTimeSpan(Minute) };
    }

    private Task<ApiHost> StartAsync(ApiOptions? options = null) =>
        ApiHost.StartAsync(options, builder => builder.Services.AddSingleton<TimeProvider>(_time), slots: 1);

    private static string Id(string name) => name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..];

    private static async Task<IReadOnlyList<Job>> UnendedAsync(ApiHost host) =>
        [.. (await host.Jobs.ListJobsAsync(new ListJobsRequest { PageSize = 1000 })).Jobs.Where(
            job => job.State is not (JobState.Succeeded or JobState.Failed or JobState.Cancelled))];

    // The next run is stored just before lists say that the last one is over.
    private static async Task<Job> WaitingAsync(ApiHost host)
    {
        while (true)
        {
            Token.ThrowIfCancellationRequested();
            var listed = await host.Services.GetRequiredService<IJobStore>().ListAsync(new JobQuery(10, JobLifecycle.Unended), Token);
            if (listed is [{ Status: JobStatus.Scheduled } one])
            {
                return await host.Jobs.GetJobAsync(new GetJobRequest { Name = $"jobs/{one.Id}" });
            }
        }
    }

    private static async Task UntilAsync(ApiHost host, string job, JobState state)
    {
        while ((await host.Jobs.GetJobAsync(new GetJobRequest { Name = job })).State != state)
        {
            Token.ThrowIfCancellationRequested();
        }
    }
}
