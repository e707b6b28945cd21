namespace Cluster.Silo.Tests.Hosting;

/// <summary>
/// The programs that open a cluster's database, its bucket, or ways to its silos. Servers do so in <see cref="ClusterStores"/> alone, which
/// checks that all of it belongs together; what bench and tools open is a database that they made, and no artefacts.
/// </summary>
public sealed class WaysInTests
{
    [Theory]
    [InlineData("PostgresJobStore.OpenAsync(",
        "bench/Bench/Scale/ResumeCommand.cs", "bench/Bench/Throughput/ThroughputSilo.cs", "src/Silo/Hosting/AwaitedDatabase.cs",
        "tools/Harness/ChaosCluster.cs")]
    [InlineData("AwaitedDatabase.Open", "src/Silo/Hosting/ClusterStores.cs")]
    [InlineData("BucketClient.OpenAsync(", "src/Silo/Hosting/ClusterStores.cs")]
    [InlineData("FileJobStore.Open(",
        "bench/Bench/ManyJobs/StoredTrial.cs", "bench/Bench/Scale/ResumeCommand.cs", "bench/Bench/Throughput/ThroughputSilo.cs",
        "src/Silo/Hosting/ClusterStores.cs")]
    [InlineData("ClusterStores.OpenAsync(", "src/Silo/Hosting/GatewayHost.cs", "src/Silo/Hosting/SiloHost.cs")]
    [InlineData("new ClusterStores(", "src/Silo/Hosting/ClusterStores.cs")]
    [InlineData(".UseOrleans(", "bench/Bench/Throughput/ThroughputSilo.cs", "src/Silo/Hosting/SiloHost.cs")]
    [InlineData(".UseOrleansClient(", "src/Silo/Hosting/GatewayHost.cs")]
    [InlineData(".UseAdoNetClustering(", "src/Silo/Hosting/OrleansClustering.cs")]
    [InlineData(".UseStaticClustering(", "src/Silo/Hosting/OrleansClustering.cs")]
    [InlineData("ClusterName.OfOne(",
        "bench/Bench/Throughput/ThroughputSilo.cs", "src/Silo/Hosting/ClusterStores.cs")]
    public void Call_ThatLeadsToSilos_IsOnlyInTheseFiles(string call, params string[] files) =>
        Programs().Where(file => File.ReadAllText(Checkout.At(file)).Contains(call, StringComparison.Ordinal)).ShouldBe(files);

    private static IEnumerable<string> Programs() => new[] { "bench", "src", "tools" }
        .SelectMany(folder => Directory.EnumerateFiles(Checkout.At(folder), "*.cs", SearchOption.AllDirectories))
        .Select(file => Path.GetRelativePath(Checkout.At(), file))
        .Order(StringComparer.Ordinal);
}
