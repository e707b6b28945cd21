using Cluster.Contract.V1;
using Cluster.Silo.Api;
using Cluster.Silo.Settings;

namespace Cluster.Deploy.Tests.Kubernetes;

/// <summary>What holds for the silos of every overlay, by what the program itself says.</summary>
public sealed class SiloTests
{
    [Theory]
    [MemberData(nameof(Overlay.SiloNames), MemberType = typeof(Overlay))]
    public async Task GracePeriod_HoldsPreStopAndTheWholeDrain(string overlay, string workload)
    {
        var silo = (await Overlay.RenderAsync(overlay)).Silo(workload);
        var preStop = TimeSpan.FromSeconds((int)silo.Containers.Single()["lifecycle"]!["preStop"]!["sleep"]!["seconds"]!);
        var grace = TimeSpan.FromSeconds((int)silo.Spec["terminationGracePeriodSeconds"]!);

        var needed = preStop + Defaults.StopLimit;

        grace.ShouldBeInRange(needed + TimeSpan.FromSeconds(10), needed + TimeSpan.FromMinutes(1));
    }

    [Theory]
    [MemberData(nameof(Overlay.SiloNames), MemberType = typeof(Overlay))]
    public async Task StartupProbe_HoldsTheWaitForTheDatabase(string overlay, string workload)
    {
        var probe = (await Overlay.RenderAsync(overlay)).Silo(workload).Containers.Single()["startupProbe"]!;
        var patience = TimeSpan.FromSeconds((int)probe["periodSeconds"]! * (int)probe["failureThreshold"]!);

        // The last attempt to connect begins before the limit, and has its own.
        patience.ShouldBeGreaterThanOrEqualTo(Defaults.DatabaseLimit + TimeSpan.FromMinutes(1));
    }

    [Theory]
    [MemberData(nameof(Overlay.SiloNames), MemberType = typeof(Overlay))]
    public async Task Ports_AreThoseOfTheOptions(string overlay, string workload)
    {
        var silo = (await Overlay.RenderAsync(overlay)).Silo(workload);
        var options = Options(silo);
        var expected = new Dictionary<string, int>(StringComparer.Ordinal)
        {
            ["grpc"] = int.Parse(options["--listen"].Split(':')[^1], CultureInfo.InvariantCulture),
        };
        foreach (var (option, name) in new[]
        {
            ("--silo-port", "silo"), ("--gateway-port", "gateway"), ("--health-port", "health"), ("--page", "page"),
        })
        {
            if (options.TryGetValue(option, out string? place))
            {
                expected[name] = int.Parse(place.Split(':')[^1], CultureInfo.InvariantCulture);
            }
        }

        options.ShouldNotContainKey("--insecure");
        silo.Ports.ShouldBe(expected, ignoreOrder: true);
        options.ContainsKey("--silo-port").ShouldBe(options.ContainsKey("--clustering"), "other silos need a port that stays");
    }

    [Theory]
    [MemberData(nameof(Overlay.SiloNames), MemberType = typeof(Overlay))]
    public async Task Probes_AskForHealthThatTheProgramAnswers(string overlay, string workload)
    {
        var silo = (await Overlay.RenderAsync(overlay)).Silo(workload);
        var container = silo.Containers.Single();

        Asked("startupProbe").ShouldBe(ClusterApi.Liveness);
        Asked("livenessProbe").ShouldBe(ClusterApi.Liveness);
        Asked("readinessProbe").ShouldBe(JobService.Descriptor.FullName);

        string Asked(string probe)
        {
            var grpc = container[probe]!["grpc"]!;
            ((int)grpc["port"]!).ShouldBe(silo.Ports["health"]);
            return (string)grpc["service"]!;
        }
    }

    [Theory]
    [MemberData(nameof(Overlay.SiloNames), MemberType = typeof(Overlay))]
    public async Task Processors_AreWholeAndGuaranteed(string overlay, string workload)
    {
        var resources = (await Overlay.RenderAsync(overlay)).Silo(workload).Containers.Single()["resources"]!;

        JsonNode.DeepEquals(resources["requests"], resources["limits"]).ShouldBeTrue("the static CPU policy pins Guaranteed pods alone");
        int.TryParse((string)resources["requests"]!["cpu"]!, out int processors).ShouldBeTrue("it pins whole processors alone");
        processors.ShouldBePositive();
    }

    [Theory]
    [MemberData(nameof(Overlay.SiloNames), MemberType = typeof(Overlay))]
    public async Task Gpus_RequestedAreThoseOfTheSlots(string overlay, string workload)
    {
        var silo = (await Overlay.RenderAsync(overlay)).Silo(workload);
        int slots = Slots(silo).Count(slot => slot.StartsWith("cuda", StringComparison.Ordinal));
        string? requested = (string?)silo.Containers.Single()["resources"]!["limits"]!["nvidia.com/gpu"];

        requested.ShouldBe(slots == 0 ? null : $"{slots}");
        (slots > 0).ShouldBe(Overlay.HasGpus(overlay) && workload == "silo");
        (silo.Spec["nodeSelector"]?["nvidia.com/gpu.present"] is not null).ShouldBe(slots > 0);
        (silo.Spec["tolerations"]?.AsArray() ?? []).Any(toleration => (string?)toleration!["key"] == "nvidia.com/gpu").ShouldBe(slots > 0);
        (silo.Spec["topologySpreadConstraints"] is not null).ShouldBe(workload == "coordinator");
    }

    [Fact]
    public async Task Gpus_AreWhole()
    {
        var silo = (await Overlay.RenderAsync("gpu")).Silo("silo");
        var terms = silo.Spec["affinity"]!["nodeAffinity"]!["requiredDuringSchedulingIgnoredDuringExecution"]!["nodeSelectorTerms"]!;
        var rule = terms.AsArray().ShouldHaveSingleItem()!["matchExpressions"]!.AsArray().ShouldHaveSingleItem()!;

        ((string?)rule["key"]).ShouldBe("nvidia.com/gpu.sharing-strategy", "NVIDIA's feature discovery sets it");
        ((string?)rule["operator"]).ShouldBe("NotIn");
        rule["values"]!.AsArray().Select(value => (string)value!).ShouldBe(["time-slicing", "mps"]);
    }

    [Theory]
    [MemberData(nameof(Overlay.SiloNames), MemberType = typeof(Overlay))]
    public async Task Timing_OfSeveralSilos_IsUndisturbed(string overlay, string workload)
    {
        var silo = (await Overlay.RenderAsync(overlay)).Silo(workload);
        bool isAlone = silo.Spec["affinity"]?["podAntiAffinity"]?["requiredDuringSchedulingIgnoredDuringExecution"] is JsonArray terms
            && terms.Any(term => silo.Matches(term!["labelSelector"]) && (string?)term["topologyKey"] == "kubernetes.io/hostname");

        (Slots(silo).Count == 0 || (int?)silo.Workload["spec"]!["replicas"] == 1 || isAlone)
            .ShouldBeTrue("two silos of a node would time at once");
    }

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public async Task Silos_OfOverlays_AreAllLookedAt(string overlay)
    {
        var rendered = await Overlay.RenderAsync(overlay);

        rendered.Silos.Select(silo => (overlay, silo.Name))
            .ShouldBe(Overlay.SiloNames.Select(row => row.Data).Where(row => row.Item1 == overlay), ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public async Task Roles_OfAllSilos_CoordinateAndWorkThoughOneIsLost(string overlay)
    {
        var rendered = await Overlay.RenderAsync(overlay);
        var silos = rendered.Silos.Select(silo => (
            Roles: Options(silo).GetValueOrDefault("--roles", "coordinator,worker").Split(','),
            Slots: Slots(silo).Count,
            Replicas: (int?)silo.Workload["spec"]!["replicas"] ?? 2)).ToArray(); // an autoscaler's least

        silos.ShouldAllBe(silo => silo.Roles.Contains("worker") == silo.Slots > 0);
        int least = overlay == "dev" ? 1 : 2;
        silos.Where(silo => silo.Roles.Contains("coordinator")).Sum(silo => silo.Replicas).ShouldBeGreaterThanOrEqualTo(least);
        silos.Where(silo => silo.Roles.Contains("worker")).Sum(silo => silo.Replicas).ShouldBeGreaterThanOrEqualTo(least);
    }

    [Fact]
    public async Task Coordinators_BesideGpus_NeedNone()
    {
        var rendered = await Overlay.RenderAsync("gpu");
        var coordinator = rendered.Silo("coordinator");
        var spread = coordinator.Spec["topologySpreadConstraints"]!.AsArray().ShouldHaveSingleItem()!;

        Options(rendered.Silo("silo"))["--roles"].ShouldBe("worker");
        coordinator.Spec.ShouldNotContainKey("nodeSelector");
        coordinator.Spec.ShouldNotContainKey("tolerations", "a node of GPUs that keeps others out keeps coordinators out");
        coordinator.Matches(spread["labelSelector"]).ShouldBeTrue();
        rendered.Silo("silo").Matches(spread["labelSelector"]).ShouldBeFalse("they are spread among themselves");
        ((int)spread["maxSkew"]!).ShouldBeGreaterThan(1, "the preference below goes before it");
        ((string?)spread["whenUnsatisfiable"]).ShouldBe("ScheduleAnyway");
        foreach (var pod in rendered.Pods.Where(pod => pod.Name != "silo"))
        {
            var preferred = pod.Spec["affinity"]!["nodeAffinity"]!["preferredDuringSchedulingIgnoredDuringExecution"]!;
            var rule = preferred.AsArray().ShouldHaveSingleItem()!["preference"]!["matchExpressions"]!.AsArray().ShouldHaveSingleItem()!;
            ($"{rule["key"]} {rule["operator"]}").ShouldBe("nvidia.com/gpu.present DoesNotExist", pod.Name);
        }
    }

    private static SiloOptions Defaults { get; } = new();

    private static IReadOnlyList<string> Slots(PodTemplate silo) =>
        Options(silo).TryGetValue("--devices", out string? devices) ? DeviceSlots.Parse(devices) : [];

    /// <summary>The options of a silo's command line.</summary>
    internal static Dictionary<string, string> Options(PodTemplate silo) => silo.Containers.Single()["args"]!.AsArray()
        .Select(argument => (string)argument!)
        .Where(argument => argument.StartsWith("--", StringComparison.Ordinal))
        .Select(argument => argument.Split('=', 2))
        .ToDictionary(option => option[0], option => option[1], StringComparer.Ordinal);
}
