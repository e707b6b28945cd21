using System.Threading.RateLimiting;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.RateLimiting;

namespace Cluster.Silo.Api.Transfers;

/// <summary>
/// Limits the calls that each caller may start: a token bucket per address, by ASP.NET Core's rate limiting. A caller without tokens is
/// refused before anything is read, and told when to retry. Health is not counted.
/// </summary>
internal static class CallLimit
{
    private const string Health = "/grpc.health.v1.Health";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    /// <summary>Adds the limit of the options, if they have one.</summary>
    public static IServiceCollection AddCallLimit(this IServiceCollection services, ApiOptions options) =>
        services.AddRateLimiter(limiter =>
        {
            limiter.OnRejected = RefuseAsync;
            if (options.CallsPerPeriod > 0)
            {
                limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, IPAddress>(call => Partition(call, options));
            }
        });

    /// <summary>Whether a call is for health, which everyone may request.</summary>
    public static bool IsHealth(HttpContext call) => call.Request.Path.StartsWithSegments(Health, StringComparison.Ordinal);

    private static RateLimitPartition<IPAddress> Partition(HttpContext call, ApiOptions options) =>
        IsHealth(call)
            ? RateLimitPartition.GetNoLimiter(IPAddress.None)
            : RateLimitPartition.GetTokenBucketLimiter(
                call.Connection.RemoteIpAddress ?? IPAddress.IPv6Any,
                _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = options.CallBurst,
                    TokensPerPeriod = options.CallsPerPeriod,
                    ReplenishmentPeriod = options.CallPeriod,
                    QueueLimit = 0,
                });

    private static async ValueTask RefuseAsync(OnRejectedContext rejected, CancellationToken cancellationToken)
    {
        var call = rejected.HttpContext;
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) && after > TimeSpan.Zero ? after : Soon;
        var error = ApiError.Later(
            StatusCode.ResourceExhausted,
            Reason.TooManyCalls,
            "There were more calls from this address than this server takes: wait a little, or make fewer of them.",
            wait);
        await Refusal.CountAndSendAsync(call, error);
    }

    // A made-up path has none.
    public static string MethodOf(HttpContext call) =>
        call.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.FullName.TrimStart('/') ?? "unknown";
}
