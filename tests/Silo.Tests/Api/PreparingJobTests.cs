using Cluster.Contract.V1;

namespace Cluster.Silo.Tests.Api;

/// <summary>Jobs whose files take longer to read than CreateJob waits.</summary>
[Collection("api")]
public sealed class PreparingJobTests
{
    private static readonly ApiOptions Quick = Waiting(TimeSpan.FromMilliseconds(50));
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Create_SlowFiles_JobIsPreparedThenRuns()
    {
        await using var host = await StartAsync();

        var created = await host.CreateAsync();

        created.State.ShouldBe(JobState.Preparing);
        (await GetAsync(host, created)).State.ShouldBe(JobState.Preparing);
        (await host.Jobs.ListJobsAsync(new ListJobsRequest { States = { JobState.Preparing } })).Jobs.ShouldHaveSingleItem()
            .Name.ShouldBe(created.Name);
        _go.SetResult();
        var events = await host.WatchAsync(created.Name);
        events[0].StateChanged.State.ShouldBe(JobState.Queued);
        var ended = await GetAsync(host, created);
        (ended.State, ended.Groups.Count).ShouldBe((JobState.Succeeded, 8));
    }

    [Fact]
    public async Task Create_SameRequestWhileItIsPrepared_IsTheSameJobAtOnce()
    {
        await using var host = await StartAsync();
        var request = await host.RequestAsync();
        request.RequestId = Guid.NewGuid().ToString();

        var first = (await host.Jobs.CreateJobAsync(request)).Job;
        await host.Artefacts.RemoveAsync(
            request.Spec.Model["artefacts/".Length..], DateTimeOffset.MaxValue, TestContext.Current.CancellationToken);
        var second = (await host.Jobs.CreateJobAsync(request)).Job;

        second.Name.ShouldBe(first.Name, "the request id is looked at before anything else");
        _go.SetResult();
    }

    [Theory]
    [InlineData(Plans.JobFault.Model, JobFault.Unspecified)]
    [InlineData(Plans.JobFault.Request, JobFault.Request)]
    [InlineData(Plans.JobFault.Missing, JobFault.Missing)]
    public async Task Create_RefusedAfterTheWait_FailsWithTheReason(Plans.JobFault fault, JobFault failsOn)
    {
        await using var host = await StartAsync();
        host.Node.Refusal = new RefusedResult(fault, "model", "It is no network.");
        var created = await host.CreateAsync();

        _go.SetResult();
        var events = await host.WatchAsync(created.Name);

        events[^1].StateChanged.State.ShouldBe(JobState.Failed);
        var failed = await GetAsync(host, created);
        (failed.State, failed.Reason, failed.FailsOn).ShouldBe((JobState.Failed, "It is no network.", failsOn));
        await host.Jobs.DeleteJobAsync(new DeleteJobRequest { Name = created.Name });
    }

    [Fact]
    public async Task Validate_FilesThatTakeLong_IsUnderWayUntilItIsAskedForAgainAfterItsEnd()
    {
        await using var host = await StartAsync();
        var request = await host.RequestAsync();
        (request.ValidateOnly, request.RequestId) = (true, Guid.NewGuid().ToString());

        var error = await Errors.OfAsync(() => host.Jobs.CreateJobAsync(request).ResponseAsync);
        (error.StatusCode, error.Info().Reason).ShouldBe((StatusCode.Unavailable, "CHECK_UNDER_WAY"));
        _go.SetResult();
        CreateJobResponse? response = null;
        while (response is null)
        {
            try
            {
                response = await host.Jobs.CreateJobAsync(request, cancellationToken: TestContext.Current.CancellationToken);
            }
            catch (RpcException early) when (early.Info().Reason == "CHECK_UNDER_WAY")
            {
                // The slot has not handed its result over yet.
            }
        }

        response.Estimate.Groups.Count.ShouldBe(8);
        host.Node.Prepared.ShouldBe(1, "what was under way goes on");
    }

    [Fact]
    public async Task Cancel_WhileItIsPrepared_EndsIt()
    {
        await using var host = await StartAsync();
        var created = await host.CreateAsync();

        var cancelled = await host.Jobs.CancelJobAsync(new CancelJobRequest { Name = created.Name, Reason = "enough" });

        (cancelled.State, cancelled.Reason).ShouldBe((JobState.Cancelled, "enough"));
        (await host.Jobs.ListJobsAsync(new ListJobsRequest())).Jobs.ShouldHaveSingleItem().State.ShouldBe(JobState.Cancelled);
        (await Should.ThrowAsync<RpcException>(async () => await host.Jobs.PauseJobAsync(new PauseJobRequest { Name = created.Name })))
            .StatusCode.ShouldBe(StatusCode.FailedPrecondition);
    }

    [Fact]
    public async Task Create_DiskOfTheServerFull_IsTheServersFaultAndStoresNothing()
    {
        await using var host = await StartAsync(Waiting(TimeSpan.FromMinutes(1)));
        _go.SetResult();
        host.Node.Refusal = new RefusedResult(Plans.JobFault.Disk, string.Empty, "No space left on device");

        var error = await Should.ThrowAsync<RpcException>(() => host.CreateAsync());

        (error.StatusCode, error.Info().Reason).ShouldBe((StatusCode.ResourceExhausted, "STORE_FULL"));
        (await host.Jobs.ListJobsAsync(new ListJobsRequest())).Jobs.ShouldBeEmpty();
    }

    [Fact]
    public async Task List_JobThatRuns_SaysTheSameAsShow()
    {
        await using var host = await StartAsync();
        _go.SetResult();
        var begun = host.Node.Hold();
        var created = await host.CreateAsync();
        await begun.WaitAsync(TestContext.Current.CancellationToken);

        var listed = (await host.Jobs.ListJobsAsync(new ListJobsRequest())).Jobs.ShouldHaveSingleItem();
        var shown = await GetAsync(host, created);

        (listed.State, listed.DisplayName, listed.Etag).ShouldBe((shown.State, "a job", shown.Etag));
        listed.Progress.EstimatedLeft.ShouldBe(shown.Progress.EstimatedLeft);
        listed.Progress.EstimatedLeft.ShouldBePositive();
        host.Node.Release();
        await host.WatchAsync(created.Name);
    }

    private static async Task<Job> GetAsync(ApiHost host, Job job) => await host.Jobs.GetJobAsync(new GetJobRequest { Name = job.Name });

    private static ApiOptions Waiting(TimeSpan most) => new() { PageTokenKey = ApiHost.Key, PreparationWait = most };

    private async Task<ApiHost> StartAsync(ApiOptions? options = null)
    {
        var host = await ApiHost.StartAsync(options ?? Quick);
        host.Node.Preparing = _go.Task;
        return host;
    }
}
