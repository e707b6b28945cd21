using Cluster.Contract.V1;
using Cluster.Coordinator;
using Cluster.Plans;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Cluster.Silo.Tests.Api;

[Collection("api")]
public sealed class ServerTests
{
    private static readonly ApiOptions WithToken = new() { PageTokenKey = ApiHost.Key, Tokens = () => TokenList.OfOne("secret") };

    [Fact]
    public async Task Call_WithTheToken_IsLetIn()
    {
        await using var host = await ApiHost.StartAsync(WithToken);
        foreach (string header in new[] { "Bearer secret", "bearer secret" })
        {
            (await host.Jobs.ListJobsAsync(new ListJobsRequest(), new Metadata { { "authorization", header } })).Jobs.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Health_WithoutToken_ServesUntilItDrainsAndThatOfTheProcessGoesOn()
    {
        string[] services = ["", "cluster.v1.JobService", "cluster.v1.NodeService", "cluster.v1.ArtefactService"];
        await using var host = await ApiHost.StartAsync(WithToken);
        var health = new Health.HealthClient(host.Channel);
        using var watch = health.Watch(new HealthCheckRequest());
        (await watch.ResponseStream.MoveNext()).ShouldBeTrue();
        watch.ResponseStream.Current.Status.ShouldBe(ServingStatus.Serving);
        foreach (string service in services)
        {
            (await health.CheckAsync(new HealthCheckRequest { Service = service })).Status.ShouldBe(ServingStatus.Serving, service);
        }

        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        foreach (string service in services)
        {
            (await health.CheckAsync(new HealthCheckRequest { Service = service })).Status.ShouldBe(ServingStatus.NotServing, service);
        }

        (await health.CheckAsync(new HealthCheckRequest { Service = ClusterApi.Liveness })).Status.ShouldBe(ServingStatus.Serving);
        do
        {
            (await watch.ResponseStream.MoveNext()).ShouldBeTrue();
        }
        while (watch.ResponseStream.Current.Status == ServingStatus.Serving);

        watch.ResponseStream.Current.Status.ShouldBe(ServingStatus.NotServing);
    }

    [Fact]
    public async Task Health_WhileTheStoreCannotWrite_IsNotReadyAndThenIsAgain()
    {
        string? problem = null;
        await using var host = await ApiHost.StartAsync(
            new ApiOptions { PageTokenKey = ApiHost.Key, StoreAskedEvery = TimeSpan.Zero },
            builder => builder.Services.AddSingleton(Played.Of<IJobStore>(call => call == nameof(IJobStore.CheckWritableAsync)
                ? Volatile.Read(ref problem) is { } told ? Task.FromException(new JobException(told)) : Task.CompletedTask
                : throw new JobException("It has no jobs."))));
        var health = new Health.HealthClient(host.Channel);
        var ready = new HealthCheckRequest { Service = "cluster.v1.JobService" };
        await UntilAsync(health, ready, ServingStatus.Serving);

        Volatile.Write(ref problem, "No space left on device");
        await UntilAsync(health, ready, ServingStatus.NotServing);
        (await health.CheckAsync(new HealthCheckRequest())).Status.ShouldBe(ServingStatus.NotServing);
        (await health.CheckAsync(new HealthCheckRequest { Service = "liveness" })).Status.ShouldBe(ServingStatus.Serving);

        Volatile.Write(ref problem, null);
        await UntilAsync(health, ready, ServingStatus.Serving);
    }

    [Fact]
    public async Task Call_WhileTheStoreIsAway_IsToBeTriedAgainAndSaysNothingOfIt()
    {
        var away = new JobStoreUnavailableException("PostgreSQL at 10.0.0.7:5432 could not list jobs");
        await using var host = await ApiHost.StartAsync(
            configure: builder => builder.Services.AddSingleton(Played.Of<IJobStore>(_ => throw away)));

        var error = await Errors.OfAsync(() => host.Jobs.ListJobsAsync(new ListJobsRequest()).ResponseAsync);

        error.StatusCode.ShouldBe(StatusCode.Unavailable);
        error.Status.Detail.ShouldNotContain("10.0.0.7");
    }

    [Fact]
    public async Task Call_StoreIsKnownToBeAway_IsRefusedWithoutAskingItAndTakenAsItIsBack()
    {
        bool isAway = true;
        await using var host = await ApiHost.StartAsync(
            new ApiOptions { PageTokenKey = ApiHost.Key, StoreAskedEvery = TimeSpan.Zero },
            builder => builder.Services.AddSingleton(Played.Of<IJobStore>(call => (Volatile.Read(ref isAway), call) switch
            {
                (true, nameof(IJobStore.CheckWritableAsync)) => Task.FromException(new JobStoreUnavailableException("It is stopped.")),
                (true, _) => Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken),
                (_, nameof(IJobStore.CheckWritableAsync)) => Task.CompletedTask,
                _ => throw new JobException("It has no jobs."),
            })));
        var health = new Health.HealthClient(host.Channel);
        var ready = new HealthCheckRequest { Service = "cluster.v1.JobService" };
        await UntilAsync(health, ready, ServingStatus.NotServing);

        var listed = await Errors.OfAsync(() => host.Jobs.ListJobsAsync(new ListJobsRequest()).ResponseAsync);
        var got = await Errors.OfAsync(() => host.Jobs.GetJobAsync(new GetJobRequest { Name = "jobs/a" }).ResponseAsync);
        using var watch = host.Jobs.WatchJob(new WatchJobRequest { Name = "jobs/a" });
        var watched = await Errors.OfAsync(() => watch.ResponseStream.MoveNext());

        foreach (var refused in new[] { listed, got, watched })
        {
            refused.StatusCode.ShouldBe(StatusCode.Unavailable);
            refused.Status.Detail.ShouldBe("The job store is unavailable: try again.");
        }

        Volatile.Write(ref isAway, false);
        await UntilAsync(health, ready, ServingStatus.Serving);
        (await Errors.OfAsync(() => host.Jobs.ListJobsAsync(new ListJobsRequest()).ResponseAsync)).StatusCode.ShouldBe(StatusCode.Internal);
    }

    [Fact]
    public async Task Watch_CallerGivesUp_EndsAsItsDeadline()
    {
        await using var host = await ApiHost.StartAsync();
        _ = host.Node.Hold();
        var job = await host.CreateAsync();
        using var call = host.Jobs.WatchJob(new WatchJobRequest { Name = job.Name }, deadline: DateTime.UtcNow.AddMilliseconds(500));

        var error = await Errors.OfAsync(async () =>
        {
            while (await call.ResponseStream.MoveNext())
            {
                // Until its deadline.
            }
        });

        error.StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
    }

    // The server may be asking its store for somebody else when that changes: the next answer is of after it.
    private static async Task UntilAsync(Health.HealthClient health, HealthCheckRequest request, ServingStatus expected)
    {
        while ((await health.CheckAsync(request, cancellationToken: TestContext.Current.CancellationToken)).Status != expected)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }
}
