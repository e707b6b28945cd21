using Cluster.Contract.V1;
using Cluster.Harness;
using Cluster.Silo.Api;
using Cluster.Silo.Telemetry;
using Cluster.Silo.Tests.Telemetry;
using Google.Rpc;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.DependencyInjection;

namespace Cluster.Silo.Tests.Api;

[Collection("api")]
public sealed class CallLimitTests
{
    private static ApiOptions Hourly(int calls) => new()
    {
        PageTokenKey = ApiHost.Key,
        CallsPerPeriod = calls,
        CallPeriod = TimeSpan.FromHours(1),
    };

    [Fact]
    public async Task Calls_BeyondTheLimit_AreRefusedWithADelayAndAreMeasured()
    {
        await using var host = await ApiHost.StartAsync(Hourly(1));
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
            "rpc.server.call.duration{rpc.system.name=grpc,rpc.method=cluster.v1.JobService/ListJobs,rpc.status_code=RESOURCE_EXHAUSTED}")
            .ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Health_BeyondTheLimit_StillAnswers()
    {
        await using var host = await ApiHost.StartAsync(Hourly(1));
        var health = new Health.HealthClient(host.Channel);

        for (var i = 0; i < 20; i++)
        {
            (await health.CheckAsync(new HealthCheckRequest())).Status.ShouldBe(HealthCheckResponse.Types.ServingStatus.Serving);
        }
    }

    [Fact]
    public async Task Upload_BeyondTheLimit_LeavesTheConnectionToOtherCalls()
    {
        await using var host = await ApiHost.StartAsync(Hourly(1));
        for (var i = 0; i < 5; i++)
        {
            await ListAsync(host);
        }

        using var watched = host.Files.UploadArtefact();
        var error = await Errors.OfAsync(() => Uploads.SendAsync(watched, new byte[8 << 20]));
        error.Info().Reason.ShouldBe("TOO_MANY_CALLS");

        // The same connection carries the next answer.
        (await Errors.OfAsync(() => ListAsync(host))).Info().Reason.ShouldBe("TOO_MANY_CALLS");
    }

    [Fact]
    public async Task Calls_WithoutALimit_AreAllTaken()
    {
        await using var host = await ApiHost.StartAsync(Hourly(0));

        for (var i = 0; i < 30; i++)
        {
            await ListAsync(host);
        }
    }

    private static Task<ListJobsResponse> ListAsync(ApiHost host) => host.Jobs.ListJobsAsync(new ListJobsRequest()).ResponseAsync;
}
