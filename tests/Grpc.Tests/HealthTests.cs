using Grpc.Core;
using Grpc.Health.V1;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Cluster.Grpc.Tests;

public sealed class HealthTests
{
    [Theory]
    [InlineData("")]
    [InlineData("probe.Probe")]
    public async Task Check_KnownService_IsServing(string service)
    {
        await using var server = await ProbeServer.StartAsync();

        var response = await new Health.HealthClient(server.Channel).CheckAsync(new HealthCheckRequest { Service = service });

        response.Status.ShouldBe(ServingStatus.Serving);
    }

    [Fact]
    public async Task Check_UnknownService_IsNotFound()
    {
        await using var server = await ProbeServer.StartAsync();

        using var call = new Health.HealthClient(server.Channel).CheckAsync(new HealthCheckRequest { Service = "probe.Nobody" });

        (await Should.ThrowAsync<RpcException>(() => call.ResponseAsync)).StatusCode.ShouldBe(StatusCode.NotFound);
    }

    [Fact]
    public async Task Watch_ServerStops_EndsAsNotServing()
    {
        await using var server = await ProbeServer.StartAsync();
        using var call = new Health.HealthClient(server.Channel).Watch(new HealthCheckRequest());
        (await call.ResponseStream.MoveNext()).ShouldBeTrue();
        call.ResponseStream.Current.Status.ShouldBe(ServingStatus.Serving);

        var stopping = server.StopAsync();
        var last = ServingStatus.Unknown;
        await foreach (var response in call.ResponseStream.ReadAllAsync())
        {
            last = response.Status;
        }

        await stopping;
        last.ShouldBe(ServingStatus.NotServing);
        call.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
    }

    [Fact]
    public async Task Watch_UnknownService_SaysSoAndGoesOn()
    {
        await using var server = await ProbeServer.StartAsync();

        using var call = new Health.HealthClient(server.Channel).Watch(new HealthCheckRequest { Service = "probe.Nobody" });

        (await call.ResponseStream.MoveNext()).ShouldBeTrue();
        call.ResponseStream.Current.Status.ShouldBe(ServingStatus.ServiceUnknown);
    }
}
