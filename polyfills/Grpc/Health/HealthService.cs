using Grpc.AspNetCore.HealthChecks;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Grpc.Server;

/// <summary>The health service over the host's health checks.</summary>
internal sealed class HealthService(
    PublishedHealth published,
    IOptions<HealthCheckOptions> hostOptions,
    IOptions<GrpcHealthChecksOptions> options,
    HealthCheckService checks,
    IHostApplicationLifetime lifetime) : Health.V1.Health.HealthBase
{
    public override async Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        var status = await MeasureAsync(request.Service, context.CancellationToken)
            ?? throw new RpcException(new Status(StatusCode.NotFound, ""));
        return new HealthCheckResponse { Status = status };
    }

    public override async Task Watch(
        HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);

        // What was last published may be half a minute old, or nothing yet.
        var first = await MeasureAsync(request.Service, context.CancellationToken) ?? ServingStatus.ServiceUnknown;
        await published.WatchAsync(request, responseStream, first, ending.Token);
        if (!context.CancellationToken.IsCancellationRequested && lifetime.ApplicationStopping.IsCancellationRequested)
        {
            await responseStream.WriteAsync(new HealthCheckResponse { Status = ServingStatus.NotServing });
        }
    }

    private async Task<ServingStatus?> MeasureAsync(string service, CancellationToken cancellationToken)
    {
        if (!options.Value.Services.Predicates.TryGetValue(service, out var predicate))
        {
            return null;
        }

        var report = await checks.CheckHealthAsync(
            check => hostOptions.Value.Predicate?.Invoke(check) != false && predicate(new HealthCheckMapContext(check.Name, check.Tags)),
            cancellationToken);
        return HealthPublisher.Combine(report.Entries.Values);
    }
}
