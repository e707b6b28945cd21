using Cluster.Grains.Ports;
using Cluster.Terminal;

namespace Cluster.Deploy.Tests.Kubernetes;

/// <summary>Each overlay with each component that it lacks, added behind it.</summary>
public sealed class PairTests
{
    /// <summary>All of them.</summary>
    public static TheoryData<string> Pairs =>
    [
        .. from overlay in Folders("overlays")
           let text = Checkout.Read("deploy", "k8s", "overlays", overlay == "kueue" ? "gpu" : overlay, "kustomization.yaml")
           from component in Folders("components")
           where !text.Contains($"components/{component}\n", StringComparison.Ordinal)
           select $"{overlay}+{component}",
    ];

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Pair_IsRefusedOrHasADatabaseACoordinatorAndWorkers(string pair)
    {
        if (await Overlay.TryRenderAsync(pair) is not { } rendered)
        {
            return;
        }

        var silos = rendered.Silos.Select(silo => (
            Options: SiloTests.Options(silo), Replicas: (int?)silo.Workload["spec"]!["replicas"] ?? 2)).ToArray();
        string[] roles = [.. silos.Select(silo => silo.Options.GetValueOrDefault("--roles", "coordinator,worker"))];
        string clustering = silos.Select(silo => silo.Options.GetValueOrDefault("--clustering", "localhost"))
            .Distinct().ShouldHaveSingleItem("they meet in one place");

        roles.ShouldContain(role => role.Contains("coordinator", StringComparison.Ordinal));
        roles.ShouldContain(role => role.Contains("worker", StringComparison.Ordinal));
        if (clustering == "localhost" && silos.Sum(silo => silo.Replicas) > 1)
        {
            // No overlay can be told that it lacks what comes behind it: those that work say so, and do not start.
            roles.ShouldContain("worker");
            Should.Throw<UsageException>(
                () => StartChecks.RequireSensible(new SiloOptions { DataFolder = "/data", Roles = SiloRoles.Worker }));
        }
    }

    [Theory]
    [InlineData("cpu+coordinators")]
    [InlineData("bucket+coordinators")]
    [InlineData("gpu+coordinators")]
    [InlineData("cpu+tokens+coordinators")]
    public async Task Coordinators_BehindWhatTheyWouldLack_AreRefused(string overlay) =>
        (await Overlay.TryRenderAsync(overlay)).ShouldBeNull();

    private static IEnumerable<string> Folders(string kind) => Directory.EnumerateDirectories(Checkout.At("deploy", "k8s", kind))
        .Select(folder => Path.GetFileName(folder))
        .Order(StringComparer.Ordinal);
}
