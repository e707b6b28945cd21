using Cluster.Contract.V1;
using Grpc.Health.V1;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Cluster.Silo.Tests.Hosting;

/// <summary>Calls to a silo whose database is away: refused, instead of answered once it gives up.</summary>
public sealed class DatabaseAwayTests
{
    // What callers are promised.
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Call_DatabaseIsStopped_IsRefusedAndWorksAsItIsBack()
    {
        Assert.SkipWhen(PostgresServer.Programs is null, PostgresServer.NotInstalled);
        using var folder = new WorkFolder();
        await using var postgres = await PostgresServer.StartAsync(Token);
        await using var silo = await ClusteredSilo.BuildAsync(folder, "silo", await postgres.CreateDatabaseAsync(Token));
        await silo.StartAsync(Token);
        using var channel = GrpcChannel.ForAddress(silo.Urls.Single());
        var jobs = new JobService.JobServiceClient(channel);
        await UntilAsync(channel, ServingStatus.Serving);
        (await jobs.ListJobsAsync(new ListJobsRequest(), cancellationToken: Token)).Jobs.ShouldBeEmpty();

        await postgres.StopAsync();
        await UntilAsync(channel, ServingStatus.NotServing);

        // Ends as DEADLINE_EXCEEDED where it waits for the database.
        await ShouldRefuseAsync(jobs.ListJobsAsync(new ListJobsRequest(), deadline: DateTime.UtcNow + Promised));
        await ShouldRefuseAsync(jobs.GetJobAsync(new GetJobRequest { Name = "jobs/a" }, deadline: DateTime.UtcNow + Promised));
        await ShouldRefuseAsync(jobs.CancelJobAsync(new CancelJobRequest { Name = "jobs/a" }, deadline: DateTime.UtcNow + Promised));
        await ShouldRefuseAsync(jobs.CreateJobAsync(new CreateJobRequest(), deadline: DateTime.UtcNow + Promised));

        await postgres.StartAgainAsync(Token);
        await UntilAsync(channel, ServingStatus.Serving);
        (await jobs.ListJobsAsync(new ListJobsRequest(), cancellationToken: Token)).Jobs.ShouldBeEmpty();
        await silo.StopAsync(Token);
    }

    private static async Task ShouldRefuseAsync<T>(AsyncUnaryCall<T> call)
    {
        var refused = await Should.ThrowAsync<RpcException>(async () => await call);
        refused.StatusCode.ShouldBe(StatusCode.Unavailable);
    }

    private static async Task UntilAsync(GrpcChannel channel, ServingStatus expected)
    {
        using var watch = new Health.HealthClient(channel).Watch(
            new HealthCheckRequest { Service = JobService.Descriptor.FullName }, cancellationToken: Token);
        do
        {
            (await watch.ResponseStream.MoveNext(Token)).ShouldBeTrue();
        }
        while (watch.ResponseStream.Current.Status != expected);
    }
}
