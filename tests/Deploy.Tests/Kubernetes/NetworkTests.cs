namespace Cluster.Deploy.Tests.Kubernetes;

/// <summary>What may talk to what.</summary>
public sealed class NetworkTests
{
    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public async Task Pods_WithoutAPolicy_TalkToNobody(string overlay)
    {
        var closed = (await Overlay.RenderAsync(overlay)).Of("NetworkPolicy")
            .Where(policy => policy["spec"]!["podSelector"]!.AsObject().Count == 0 && policy["spec"]!["ingress"] is null
                && policy["spec"]!["egress"] is null);

        closed.ShouldHaveSingleItem()["spec"]!["policyTypes"]!.AsArray().Select(type => (string)type!)
            .ShouldBe(["Ingress", "Egress"], ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public async Task Ports_OfPolicies_AreThoseOfThePodsTheyOpen(string overlay)
    {
        var rendered = await Overlay.RenderAsync(overlay);
        foreach (var policy in rendered.Of("NetworkPolicy"))
        {
            foreach (var rule in policy["spec"]!["ingress"]?.AsArray() ?? [])
            {
                HaveThem(rule!, rendered.Pods.Where(pod => pod.Matches(policy["spec"]!["podSelector"])));
            }

            foreach (var rule in (policy["spec"]!["egress"]?.AsArray() ?? []).Where(rule => rule!["to"]?[0]!["podSelector"] is not null))
            {
                HaveThem(rule!, rendered.Pods.Where(pod => pod.Matches(rule!["to"]![0]!["podSelector"])));
            }
        }
    }

    // CoreDNS runs in any namespace, on the node, or behind a cache there; OpenShift's listens on 5353.
    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public async Task Names_AreAskedOfAnyone(string overlay)
    {
        var open = (await Overlay.RenderAsync(overlay)).Of("NetworkPolicy")
            .Where(policy => policy["spec"]!["podSelector"]!.AsObject().Count == 0)
            .SelectMany(policy => policy["spec"]!["egress"]?.AsArray() ?? [])
            .ShouldHaveSingleItem()!;

        open.AsObject().ShouldNotContainKey("to");
        open["ports"]!.AsArray().Select(port => $"{port!["port"]}/{port["protocol"]}")
            .ShouldBe(["53/UDP", "53/TCP", "5353/UDP", "5353/TCP"], ignoreOrder: true);
    }

    // Its documentation names these addresses; the agent is no pod.
    [Fact]
    public async Task Bucket_AgentOfPodIdentity_IsReached()
    {
        var rule = (await Overlay.RenderAsync("bucket")).Of("NetworkPolicy")
            .Where(policy => (string?)policy["metadata"]!["name"] == "bucket")
            .SelectMany(policy => policy["spec"]!["egress"]!.AsArray())
            .Single(rule => (int)rule!["ports"]![0]!["port"]! == 80)!;

        rule["to"]!.AsArray().Select(place => (string)place!["ipBlock"]!["cidr"]!).ShouldBe(["169.254.170.23/32", "fd00:ec2::23/128"]);
    }

    [Theory]
    [MemberData(nameof(Overlay.SiloNames), MemberType = typeof(Overlay))]
    public async Task SiloPorts_AreReachedBySilosOnly(string overlay, string workload)
    {
        var rendered = await Overlay.RenderAsync(overlay);
        var silo = rendered.Silo(workload);
        int[] doors = [silo.Ports["grpc"], silo.Ports["page"]];
        var callers = rendered.Of("NetworkPolicy")
            .Where(policy => silo.Matches(policy["spec"]!["podSelector"]))
            .SelectMany(policy => policy["spec"]!["ingress"]?.AsArray() ?? [])
            .Where(rule => rule!["ports"]!.AsArray().Any(port => !doors.Contains((int)port!["port"]!)))
            .SelectMany(rule => rule!["from"]!.AsArray())
            .ToArray();

        callers.ShouldAllBe(caller => IsSilos(rendered, caller!));
        callers.Length.ShouldBe(silo.Ports.Keys.Count(port => port is not ("grpc" or "page" or "health")));
    }

    private static bool IsSilos(Overlay rendered, JsonNode caller) => caller.AsObject().Count == 1
        && rendered.Pods.Where(pod => pod.Matches(caller["podSelector"])).Select(pod => pod.Name)
            .Order(StringComparer.Ordinal).SequenceEqual(rendered.Silos.Select(silo => silo.Name).Order(StringComparer.Ordinal));

    private static void HaveThem(JsonNode rule, IEnumerable<PodTemplate> opened)
    {
        opened = [.. opened];
        opened.ShouldNotBeEmpty();
        opened.ShouldAllBe(pod => rule["ports"]!.AsArray().All(port => pod.Ports.Values.Contains((int)port!["port"]!)), $"{rule}");
    }
}
