using Cluster.Contract.V1;
using Cluster.Silo.Api;
using Cluster.Silo.Api.Access;
using Cluster.Silo.Api.Paging;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Cluster.Silo.Tests.Api;

[Collection("api")]
public sealed class ServerTests
{
    private static readonly ApiOptions WithToken = new() { PageTokenKey = ApiHost.Key, Tokens = () => TokenList.OfOne("secret") };

    [Theory]
    [InlineData("Bearer secret")]
    [InlineData("bearer secret")]
    public async Task Call_WithTheToken_IsLetIn(string header)
    {
        await using var host = await ApiHost.StartAsync(WithToken);

        var response = await host.Jobs.ListJobsAsync(new ListJobsRequest(), new Metadata { { "authorization", header } });

        response.Jobs.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Bearer secre", StatusCode.PermissionDenied)]
    [InlineData("Bearer secret2", StatusCode.PermissionDenied)]
    [InlineData("Bearer ", StatusCode.PermissionDenied)]
    [InlineData("Basic secret", StatusCode.Unauthenticated)]
    public async Task Call_WithAnotherToken_IsNot(string header, StatusCode code)
    {
        await using var host = await ApiHost.StartAsync(WithToken);

        (await Errors.OfAsync(
            () => host.Jobs.ListJobsAsync(new ListJobsRequest(), new Metadata { { "authorization", header } }).ResponseAsync))
            .StatusCode.ShouldBe(code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("cluster.v1.JobService")]
    [InlineData("cluster.v1.NodeService")]
    [InlineData("cluster.v1.ArtefactService")]
    public async Task Health_WithoutToken_ServesUntilItDrains(string service)
    {
        await using var host = await ApiHost.StartAsync(WithToken);
        var health = new Health.HealthClient(host.Channel);
        using var watch = health.Watch(new HealthCheckRequest { Service = service });
        (await watch.ResponseStream.MoveNext()).ShouldBeTrue();
        watch.ResponseStream.Current.Status.ShouldBe(ServingStatus.Serving);

        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        (await health.CheckAsync(new HealthCheckRequest { Service = service })).Status.ShouldBe(ServingStatus.NotServing);
        do
        {
            (await watch.ResponseStream.MoveNext()).ShouldBeTrue();
        }
        while (watch.ResponseStream.Current.Status == ServingStatus.Serving);

        watch.ResponseStream.Current.Status.ShouldBe(ServingStatus.NotServing);
    }

    [Fact]
    public async Task Health_OfTheProcessAlone_ServesWhileItDrains()
    {
        await using var host = await ApiHost.StartAsync(WithToken);
        var health = new Health.HealthClient(host.Channel);

        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        (await health.CheckAsync(new HealthCheckRequest { Service = ClusterApi.Liveness })).Status.ShouldBe(ServingStatus.Serving);
        (await health.CheckAsync(new HealthCheckRequest())).Status.ShouldBe(ServingStatus.NotServing);
    }

    [Fact]
    public async Task Health_WhileTheStoreCannotWrite_IsNotReadyAndThenIsAgain()
    {
        UnwritableStore? store = null;
        await using var host = await ApiHost.StartAsync(
            new ApiOptions { PageTokenKey = ApiHost.Key, StoreAskedEvery = TimeSpan.Zero },
            builder => builder.Services.AddSingleton<Coordinator.Ports.IJobStore>(store = new UnwritableStore()));
        var health = new Health.HealthClient(host.Channel);
        var ready = new HealthCheckRequest { Service = "cluster.v1.JobService" };
        await UntilAsync(health, ready, ServingStatus.Serving);

        store.ShouldNotBeNull().Problem = "No space left on device";
        await UntilAsync(health, ready, ServingStatus.NotServing);
        (await health.CheckAsync(new HealthCheckRequest())).Status.ShouldBe(ServingStatus.NotServing);
        (await health.CheckAsync(new HealthCheckRequest { Service = "liveness" })).Status.ShouldBe(ServingStatus.Serving);

        store.Problem = null;
        await UntilAsync(health, ready, ServingStatus.Serving);
    }

    [Fact]
    public async Task Call_WhileTheStoreIsAway_IsToBeTriedAgainAndSaysNothingOfIt()
    {
        await using var host = await ApiHost.StartAsync(
            configure: builder => builder.Services.AddSingleton<Coordinator.Ports.IJobStore>(
                new BrokenStore(new Coordinator.JobStoreUnavailableException("PostgreSQL at 10.0.0.7:5432 could not list jobs"))));

        var error = await Errors.OfAsync(() => host.Jobs.ListJobsAsync(new ListJobsRequest()).ResponseAsync);

        error.StatusCode.ShouldBe(StatusCode.Unavailable);
        error.Status.Detail.ShouldNotContain("10.0.0.7");
    }

    [Fact]
    public async Task Broken_Inside_TellsTheCallerNothingOfIt()
    {
        await using var host = await ApiHost.StartAsync(
            configure: builder => builder.Services.AddSingleton<Coordinator.Ports.IJobStore>(
                new BrokenStore(new InvalidOperationException("at /srv/data: password"))));

        var error = await Errors.OfAsync(() => host.Jobs.ListJobsAsync(new ListJobsRequest()).ResponseAsync);

        error.Status.Detail.ShouldNotContain("password");
        error.Info().Metadata["id"].ShouldMatch("^[0-9a-f]{16,32}$");
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
