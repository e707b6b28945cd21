namespace Cluster.Deploy.Tests.Kubernetes;

/// <summary>Everything that a manifest names is in the overlay; secrets, which the guide makes, are KubernetesGuideTests'.</summary>
public sealed partial class ReferenceTests
{
    private static readonly string[] OfTheWholeCluster = ["Namespace", "PriorityClass", "RuntimeClass", "ClusterQueue", "ResourceFlavor"];

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public async Task Volumes_AreMountedAndHaveWhatTheyName(string overlay)
    {
        var rendered = await Overlay.RenderAsync(overlay);
        foreach (var pod in rendered.Pods)
        {
            var mounted = pod.Containers
                .SelectMany(container => container["volumeMounts"]!.AsArray())
                .Select(mount => (string)mount!["name"]!);
            mounted.Distinct().ShouldBe(pod.VolumeNames, ignoreOrder: true);
            foreach (var volume in pod.Volumes)
            {
                Named(rendered, "ConfigMap", volume["configMap"]?["name"]);
                Named(await Overlay.OnceAsync(), "PersistentVolumeClaim", volume["persistentVolumeClaim"]?["claimName"]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public async Task Variables_AreDefinedBeforeTheyAreUsed(string overlay)
    {
        foreach (var container in (await Overlay.RenderAsync(overlay)).Pods.SelectMany(pod => pod.Containers))
        {
            var defined = new HashSet<string>(StringComparer.Ordinal);
            foreach (var variable in container["env"]?.AsArray() ?? [])
            {
                Uses((string?)variable!["value"] ?? "").ShouldBeSubsetOf(defined);
                defined.Add((string)variable["name"]!);
                LooksSecret().IsMatch((string?)variable["value"] ?? "").ShouldBeFalse("a secret is named, not written down");
            }

            container["args"]!.AsArray().SelectMany(argument => Uses((string)argument!)).ShouldBeSubsetOf(defined);
        }
    }

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public async Task Services_LeadToPortsOfPods(string overlay)
    {
        var rendered = await Overlay.RenderAsync(overlay);
        foreach (var service in rendered.Of("Service"))
        {
            var selector = new JsonObject { ["matchLabels"] = service["spec"]!["selector"]!.DeepClone() };
            PodTemplate[] pods = [.. rendered.Pods.Where(pod => pod.Matches(selector))];
            pods.ShouldNotBeEmpty();
            foreach (var (pod, port) in pods.SelectMany(pod => service["spec"]!["ports"]!.AsArray().Select(port => (pod, port))))
            {
                pod.Ports.ShouldContainKeyAndValue((string)port!["targetPort"]!, (int)port["port"]!);
            }
        }

        foreach (var workload in rendered.Of("StatefulSet"))
        {
            Named(rendered, "Service", workload["spec"]!["serviceName"]);
        }
    }

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public async Task Selectors_FindAPod(string overlay)
    {
        var rendered = await Overlay.RenderAsync(overlay);
        foreach (var manifest in rendered.Of("StatefulSet").Concat(rendered.Of("Deployment")))
        {
            rendered.Pods.Count(pod => pod.Matches(manifest["spec"]!["selector"])).ShouldBe(1, $"{manifest["metadata"]!["name"]}");
        }

        // Each workload of silos has its own: where the one cannot come back, the other may still move.
        var budgets = rendered.Of("PodDisruptionBudget").Select(budget => budget["spec"]!).ToArray();
        budgets.ShouldAllBe(budget => (int)budget["maxUnavailable"]! == 1);
        budgets.Select(budget => rendered.Pods.Single(pod => pod.Matches(budget["selector"])).Name)
            .ShouldBe(rendered.Silos.Select(silo => silo.Name), ignoreOrder: true);
    }

    [Fact]
    public async Task PodMonitor_FindsThePortOfTheCollector()
    {
        var rendered = await Overlay.RenderAsync("cpu+prometheus-operator");
        var monitor = rendered.Of("PodMonitor").ShouldHaveSingleItem()["spec"]!;
        var scraped = monitor["podMetricsEndpoints"]!.AsArray().ShouldHaveSingleItem()!;

        var pod = rendered.Pods.Single(pod => pod.Matches(monitor["selector"]));
        pod.Name.ShouldBe("collector");
        pod.Ports.ShouldContainKey((string)scraped["port"]!);
        ((bool)scraped["honorLabels"]!).ShouldBeTrue("figures are the silos', not the collector's");
    }

    [Fact]
    public async Task Queue_LetsTheSilosWithGpusIn()
    {
        var rendered = await Overlay.RenderAsync("kueue");
        var once = await Overlay.OnceAsync();
        var worker = rendered.Silo("silo");
        var queue = rendered.Of("LocalQueue").ShouldHaveSingleItem();
        var clusterQueue = once.Of("ClusterQueue").ShouldHaveSingleItem();
        var group = clusterQueue["spec"]!["resourceGroups"]!.AsArray().ShouldHaveSingleItem()!;
        var flavor = group["flavors"]!.AsArray().ShouldHaveSingleItem()!;

        rendered.Manifests.Where(manifest => manifest["metadata"]!["labels"]?["kueue.x-k8s.io/queue-name"] is not null)
            .ShouldHaveSingleItem().ShouldBeSameAs(worker.Workload);
        ((string?)worker.Workload["metadata"]!["labels"]!["kueue.x-k8s.io/queue-name"]).ShouldBe((string?)queue["metadata"]!["name"]);
        Named(once, "ClusterQueue", queue["spec"]!["clusterQueue"]);
        Named(once, "ResourceFlavor", flavor["name"]);
        var (letIn, value) = clusterQueue["spec"]!["namespaceSelector"]!["matchLabels"]!.AsObject().ShouldHaveSingleItem();
        ((string?)once.Of("Namespace").Single()["metadata"]!["labels"]![letIn]).ShouldBe((string?)value);
        JsonNode.DeepEquals(once.Of("ResourceFlavor").Single()["spec"]!["nodeLabels"], worker.Spec["nodeSelector"]).ShouldBeTrue();
        var quotas = flavor["resources"]!.AsArray()
            .ToDictionary(one => (string)one!["name"]!, one => one!["nominalQuota"]!, StringComparer.Ordinal);
        quotas.Keys.ShouldBe(group["coveredResources"]!.AsArray().Select(name => (string)name!), ignoreOrder: true);

        // Kueue lets nothing in that asks for what no queue has.
        foreach (var (resource, requested) in worker.Containers.Single()["resources"]!["requests"]!.AsObject())
        {
            Number(quotas[resource]).ShouldBe((int)worker.Workload["spec"]!["replicas"]! * Number(requested!), resource);
        }

        static int Number(JsonNode quantity) =>
            int.Parse($"{quantity}".Replace("Gi", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task RuntimeClass_OfSilosWithGpus_IsThere()
    {
        var rendered = await Overlay.RenderAsync("gpu");

        Named(await Overlay.OnceAsync(), "RuntimeClass", rendered.Silo("silo").Spec["runtimeClassName"]);
        rendered.Pods.Count(pod => pod.Spec.ContainsKey("runtimeClassName")).ShouldBe(1, "nothing else asks for a GPU");
    }

    [Fact]
    public async Task Autoscaler_HasTheSilosForItself()
    {
        var rendered = await Overlay.RenderAsync("cpu+autoscale");
        var target = rendered.Of("HorizontalPodAutoscaler").ShouldHaveSingleItem()["spec"]!["scaleTargetRef"]!;

        Named(rendered, (string)target["kind"]!, target["name"]);
        var silos = rendered.Silo("silo").Workload["spec"]!.AsObject();
        silos.ContainsKey("replicas").ShouldBeFalse("applying again would undo the autoscaler's work");
        ((string?)silos["persistentVolumeClaimRetentionPolicy"]!["whenScaled"]).ShouldBe("Retain");
    }

    // So an admin of the namespace may apply it, and deleting it deletes nothing that others or a next one need.
    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public async Task Objects_OfAnyNamespace_LieInItAloneAndNoneHoldsData(string overlay)
    {
        foreach (string space in new[] { "cluster", "c2" })
        {
            var rendered = await Overlay.RenderAsync(overlay, $"namespace: {space}");

            rendered.Manifests.Select(manifest => (string)manifest["kind"]!)
                .Intersect([.. OfTheWholeCluster, "PersistentVolumeClaim", "Secret"]).ShouldBeEmpty();
            rendered.Manifests.ShouldAllBe(manifest => (string?)manifest["metadata"]!["namespace"] == space);
            rendered.Manifests.SelectMany(NamespacesIn).ShouldBeEmpty("no other namespace is named");
        }
    }

    [Theory]
    [InlineData("cluster")]
    [InlineData("c2")]
    public async Task Once_HasWhatOutlivesOverlays_InAnyNamespace(string space)
    {
        var once = await Overlay.OnceAsync($"namespace: {space}");

        ((string)once.Of("Namespace").Single()["metadata"]!["name"]!).ShouldBe(space);
        foreach (var manifest in once.Manifests)
        {
            bool isInNone = OfTheWholeCluster.Contains((string)manifest["kind"]!, StringComparer.Ordinal);
            ((string?)manifest["metadata"]!["namespace"]).ShouldBe(isInNone ? null : space, $"{manifest["metadata"]!["name"]}");
            NamespacesIn(manifest).ShouldBeEmpty("no other namespace is named");
        }
    }

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public async Task Image_NamedOnce_IsThatOfEverySilo(string overlay)
    {
        var rendered = await Overlay.RenderAsync(
            overlay, "images: [{name: cluster, newName: registry.example/cluster, digest: sha256:0123}]");

        rendered.Silos.SelectMany(silo => silo.Containers).Select(container => (string)container["image"]!)
            .ShouldAllBe(image => image == "registry.example/cluster@sha256:0123");
    }

    [Theory]
    [InlineData("bucket")]
    [InlineData("cpu")]
    [InlineData("gpu")]
    [InlineData("kueue")]
    public async Task Example_OverAnyOverlay_HasItsImageAndValues(string overlay)
    {
        var example = await Overlay.ExampleAsync(overlay);

        ((int)example.Silo("silo").Workload["spec"]!["replicas"]!).ShouldBe(3);
        foreach (var container in example.Silos.SelectMany(silo => silo.Containers))
        {
            ((string)container["image"]!).ShouldMatch("^registry.example/cluster@sha256:0{64}$");
            container["env"]!.AsArray().Where(variable => (string?)variable!["name"] == "CLUSTER__Artefacts")
                .ShouldHaveSingleItem()!["value"]!.ToString().ShouldBe("s3://my-bucket/cluster");
        }
    }

    // Names of namespaces, wherever a manifest selects one.
    private static IEnumerable<JsonNode> NamespacesIn(JsonObject manifest) =>
        Overlay.Fields(manifest, "kubernetes.io/metadata.name").Concat(Overlay.Fields(manifest, "namespaces"));

    private static void Named(Overlay overlay, string kind, JsonNode? name)
    {
        if (name is not null)
        {
            overlay.Of(kind).Select(manifest => (string)manifest["metadata"]!["name"]!).ShouldContain((string)name!);
        }
    }

    private static IEnumerable<string> Uses(string text) => Variables().Matches(text).Select(match => match.Groups["name"].Value);

    [GeneratedRegex(@"\$\((?<name>[A-Z_]+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Variables();

    [GeneratedRegex("(?i)password=|bearer ")]
    private static partial Regex LooksSecret();
}
