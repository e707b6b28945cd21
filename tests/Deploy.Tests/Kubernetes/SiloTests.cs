using System.Globalization;
using System.Text.Json.Nodes;
using Cluster.Contract.V1;
using Cluster.Silo.Api;
using Cluster.Silo.Hosting;

namespace Cluster.Deploy.Tests.Kubernetes;

/// <summary>What holds for the silos of every overlay, by what the program itself says.</summary>
public sealed class SiloTests
{
    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public async Task GracePeriod_HoldsPreStopAndTheWholeDrain(string overlay)
    {
        var silo = (await Overlay.RenderAsync(overlay)).Silo;
        var preStop = TimeSpan.FromSeconds((int)silo.Containers.Single()["lifecycle"]!["preStop"]!["sleep"]!["seconds"]!);
        var grace = TimeSpan.FromSeconds((int)silo.Spec["terminationGracePeriodSeconds"]!);

        var needed = preStop + Defaults.StopLimit;

        grace.ShouldBeInRange(needed + TimeSpan.FromSeconds(10), needed + TimeSpan.FromMinutes(1));
    }

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public async Task Ports_AreThoseOfTheOptions(string overlay)
    {
        var rendered = await Overlay.RenderAsync(overlay);
        var options = Options(rendered.Silo);
        var expected = new Dictionary<string, int>(StringComparer.Ordinal)
        {
            ["grpc"] = int.Parse(options["--listen"].Split(':')[1], CultureInfo.InvariantCulture),
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
        rendered.Silo.Ports.ShouldBe(expected, ignoreOrder: true);
        options.ContainsKey("--silo-port").ShouldBe(options.ContainsKey("--clustering"), "other silos need a port that stays");
    }

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public async Task Probes_AskForHealthThatTheProgramAnswers(string overlay)
    {
        var silo = (await Overlay.RenderAsync(overlay)).Silo;
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
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public async Task Processors_AreWholeAndGuaranteed(string overlay)
    {
        var resources = (await Overlay.RenderAsync(overlay)).Silo.Containers.Single()["resources"]!;

        JsonNode.DeepEquals(resources["requests"], resources["limits"]).ShouldBeTrue("the static CPU policy pins Guaranteed pods alone");
        int.TryParse((string)resources["requests"]!["cpu"]!, out int processors).ShouldBeTrue("it pins whole processors alone");
        processors.ShouldBePositive();
    }

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public async Task Gpus_RequestedAreThoseOfTheSlots(string overlay)
    {
        var silo = (await Overlay.RenderAsync(overlay)).Silo;
        int slots = DeviceSlots.Parse(Options(silo)["--devices"]).Count(slot => slot.StartsWith("cuda", StringComparison.Ordinal));
        string? requested = (string?)silo.Containers.Single()["resources"]!["limits"]!["nvidia.com/gpu"];

        requested.ShouldBe(slots == 0 ? null : $"{slots}");
        (slots > 0).ShouldBe(overlay == "gpu");
        (silo.Spec["nodeSelector"]?["nvidia.com/gpu.present"] is not null).ShouldBe(slots > 0);
        (silo.Spec["tolerations"]?.AsArray() ?? []).Any(toleration => (string?)toleration!["key"] == "nvidia.com/gpu").ShouldBe(slots > 0);
        (silo.Spec["topologySpreadConstraints"] is not null).ShouldBe(slots > 0);
    }

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public async Task Timing_OfSeveralSilos_IsUndisturbed(string overlay)
    {
        var silo = (await Overlay.RenderAsync(overlay)).Silo;
        bool isAlone = silo.Spec["affinity"]?["podAntiAffinity"]?["requiredDuringSchedulingIgnoredDuringExecution"] is JsonArray terms
            && terms.Any(term => silo.Matches(term!["labelSelector"]) && (string?)term["topologyKey"] == "kubernetes.io/hostname");
        bool sharesALock = silo.Volumes.Any(volume => volume.ContainsKey("hostPath"));

        ((int?)silo.Workload["spec"]!["replicas"] == 1 || isAlone || sharesALock).ShouldBeTrue("two silos of a node would time at once");
    }

    private static SiloOptions Defaults { get; } = new()
    {
        Listen = ListenAddress.Parse("127.0.0.1:0"),
        DataFolder = "data",
        Devices = ["cpu:0"],
    };

    private static Dictionary<string, string> Options(PodTemplate silo) => silo.Containers.Single()["args"]!.AsArray()
        .Select(argument => (string)argument!)
        .Where(argument => argument.StartsWith("--", StringComparison.Ordinal))
        .Select(argument => argument.Split('=', 2))
        .ToDictionary(option => option[0], option => option[1], StringComparer.Ordinal);
}
