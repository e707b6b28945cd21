using Google.Protobuf.WellKnownTypes;
using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Api.Collection;

/// <summary>The RPCs for collecting.</summary>
internal sealed class CollectionCalls(Collector collector, ApiOptions options)
{
    public async Task<V1.CollectArtefactsResponse> CollectAsync(
        V1.CollectArtefactsRequest request, string tenant, CancellationToken cancellationToken)
    {
        if (tenant != TenantName.Default)
        {
            throw ApiError.Of(
                StatusCode.PermissionDenied,
                Reason.RoleMissing,
                $"Jobs and files of all tenants are collected, and {tenant} is one of them: ask an administrator of the tenant "
                + $"{TenantName.Default}, or delete jobs of your own.");
        }

        var rules = new RetentionRules
        {
            KeepJobs = Time(request.KeepJobs, "keep_jobs") ?? options.Retention.KeepJobs,
            KeepUploads = Time(request.KeepUploads, "keep_uploads") ?? options.Retention.KeepUploads,
            KeepProofs = options.Retention.KeepProofs,
            MostBytes = request.HasMaxStoredBytes ? NotNegative(request.MaxStoredBytes) : options.Retention.MostBytes,
        };
        var plan = await collector.PlanAsync(rules, cancellationToken);
        if (!request.ValidateOnly)
        {
            await collector.RemoveAsync(plan, cancellationToken);
        }

        return new V1.CollectArtefactsResponse
        {
            StoredBytes = plan.StoredBytes,
            FreedBytes = plan.FreedBytes,
            Items =
            {
                plan.Items.Select(item => new V1.CollectedItem
                {
                    Name = item.JobFiles is null ? Names.Artefact(item.Id) : Names.Job(item.Id),
                    Reason = item.Reason,
                    SizeBytes = item.Bytes,
                }),
            },
        };
    }

    private static TimeSpan? Time(Duration? time, string field) => time is null || time is { Seconds: >= 0, Nanos: >= 0 }
        ? time?.ToTimeSpan()
        : throw ApiError.Field(Reason.RequestInvalid, field, $"The time must be 0 or more, not {time}: give how long to keep.");

    private static long NotNegative(long bytes) => bytes >= 0 ? bytes : throw ApiError.Field(
        Reason.RequestInvalid, "max_stored_bytes", $"The size must be 0 or more, not {bytes}: give what may stay.");
}
