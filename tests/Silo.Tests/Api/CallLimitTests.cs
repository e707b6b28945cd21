using Cluster.Contract.V1;

namespace Cluster.Silo.Tests.Api;

[Collection("api")]
public sealed class CallLimitTests
{
    [Fact]
    public async Task Calls_BeyondTheLimit_AreRefusedWithADelayAndMeasuredAndLeaveTheConnectionToOthers()
    {
        await using var host = await ApiHost.StartAsync(
            new ApiOptions { PageTokenKey = ApiHost.Key, CallsPerPeriod = 1, CallPeriod = TimeSpan.FromHours(1) });
        using var measured = new Measurements(host.Services.GetRequiredService<SiloMetrics>());
        for (var i = 0; i < 5; i++)
        {
            await ListAsync(host);
        }

        var error = await Errors.OfAsync(() => ListAsync(host));

        error.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        error.Status.Detail.ShouldContain("wait a little");
        error.Detail<RetryInfo>().ShouldNotBeNull().RetryDelay.ToTimeSpan().ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        measured.Of(
            "rpc.server.call.duration{rpc.system.name=grpc,rpc.method=cluster.v1.JobService/ListJobs,"
            + "rpc.response.status_code=RESOURCE_EXHAUSTED}")
            .ShouldHaveSingleItem();
        using var upload = host.Files.UploadArtefact();
        (await Errors.OfAsync(() => Uploads.SendAsync(upload, new byte[8 << 20]))).Info().Reason.ShouldBe("TOO_MANY_CALLS");

        // The same connection carries the next answer.
        (await Errors.OfAsync(() => ListAsync(host))).Info().Reason.ShouldBe("TOO_MANY_CALLS");
        var health = new Health.HealthClient(host.Channel);
        for (var i = 0; i < 20; i++)
        {
            (await health.CheckAsync(new HealthCheckRequest())).Status.ShouldBe(HealthCheckResponse.Types.ServingStatus.Serving);
        }
    }

    private static Task<ListJobsResponse> ListAsync(ApiHost host) => host.Jobs.ListJobsAsync(new ListJobsRequest()).ResponseAsync;
}
