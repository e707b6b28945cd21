using Grpc.Health.V1;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Cluster.EndToEnd.Cluster;

/// <summary>Whether a silo says that it takes work.</summary>
internal static class Readiness
{
    /// <summary>Completes when it says so, or that it does not.</summary>
    public static async Task UntilAsync(SiloProcess silo, bool isReady)
    {
        using var channel = GrpcChannel.ForAddress(silo.Address);
        var request = new HealthCheckRequest { Service = "cluster.v1.JobService" };
        using var watch = new Health.HealthClient(channel).Watch(request, cancellationToken: TestContext.Current.CancellationToken);
        do
        {
            (await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken)).ShouldBeTrue();
        }
        while (watch.ResponseStream.Current.Status != (isReady ? ServingStatus.Serving : ServingStatus.NotServing));
    }
}
