namespace Cluster.Deploy.Tests.Kubernetes;

/// <summary>What holds for every pod of every overlay.</summary>
public sealed class PodTests
{
    // What Pod Security's restricted profile lets a pod mount; a folder of the node it does not.
    private static readonly string[] OrdinaryVolumes = ["configMap", "emptyDir", "persistentVolumeClaim", "secret", "projected"];

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public async Task Fields_OfEveryManifest_AreKubernetesOwn(string overlay)
    {
        var schema = Schema.Require();
        var rendered = await Overlay.RenderAsync(overlay);

        rendered.Manifests.ShouldNotBeEmpty();
        rendered.Manifests.Concat((await Overlay.OnceAsync()).Manifests).SelectMany(schema.Problems).ShouldBeEmpty();
    }

    [Fact]
    public void Schema_PlantedMistakes_AreNamed()
    {
        var wrong = JsonNode.Parse(
            """
            {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "x", "colour": "red"},
             "spec": {"replicas": "three", "template": {"spec": {"containers": [{"name": "c", "tty": 1}]}}}}
            """)!.AsObject();

        Schema.Require().Problems(wrong).ShouldBe(
            [
                "StatefulSet/x.metadata.colour is no field that Kubernetes has",
                "StatefulSet/x.spec.replicas is no whole number: \"three\"",
                "StatefulSet/x.spec.template.spec.containers[0].tty is number where true or false is expected",
                "StatefulSet/x.spec.selector is missing",
            ],
            ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public async Task Pods_KeepToTheRestrictedProfile(string overlay)
    {
        var rendered = await Overlay.RenderAsync(overlay);
        ((string?)(await Overlay.OnceAsync()).Of("Namespace").Single()["metadata"]!["labels"]!["pod-security.kubernetes.io/enforce"])
            .ShouldBe("restricted");
        foreach (var pod in rendered.Pods)
        {
            foreach (string shared in new[] { "hostNetwork", "hostPID", "hostIPC" })
            {
                pod.Spec.ContainsKey(shared).ShouldBeFalse($"{pod.Name} has {shared}");
            }

            var security = pod.Spec["securityContext"]!;
            ((bool?)security["runAsNonRoot"]).ShouldBe(true, pod.Name);
            ((int?)security["runAsUser"] ?? 0).ShouldBeGreaterThan(0, pod.Name);
            ((string?)security["seccompProfile"]?["type"]).ShouldBe("RuntimeDefault", pod.Name);
            pod.Volumes.Select(volume => volume.Single(field => field.Key != "name").Key)
                .ShouldBeSubsetOf(OrdinaryVolumes, pod.Name);
            foreach (var container in pod.Containers)
            {
                var own = container["securityContext"]!;
                ((bool?)own["allowPrivilegeEscalation"]).ShouldBe(false, pod.Name);
                ((bool?)own["readOnlyRootFilesystem"]).ShouldBe(true, pod.Name);
                own["capabilities"]!["drop"]!.AsArray().Select(name => (string)name!).ShouldBe(["ALL"], pod.Name);
                own["capabilities"]!.AsObject().ContainsKey("add").ShouldBeFalse(pod.Name);
                own.AsObject().ContainsKey("privileged").ShouldBeFalse(pod.Name);
                (container["ports"]?.AsArray() ?? []).ShouldAllBe(port => !port!.AsObject().ContainsKey("hostPort"));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public async Task Containers_HaveProbesRequestsAndLimits(string overlay)
    {
        foreach (var pod in (await Overlay.RenderAsync(overlay)).Pods)
        {
            foreach (var container in pod.Containers)
            {
                foreach (string probe in new[] { "startupProbe", "livenessProbe", "readinessProbe" })
                {
                    container.ContainsKey(probe).ShouldBeTrue($"{pod.Name} has no {probe}");
                }

                foreach (string resource in new[] { "cpu", "memory" })
                {
                    container["resources"]!["requests"]![resource].ShouldNotBeNull(pod.Name);
                    container["resources"]!["limits"]![resource].ShouldNotBeNull(pod.Name);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public async Task Priorities_OfServicesAreAboveThoseOfWorkers(string overlay)
    {
        var rendered = await Overlay.RenderAsync(overlay);
        var classes = (await Overlay.OnceAsync()).Of("PriorityClass")
            .ToDictionary(one => (string)one["metadata"]!["name"]!, StringComparer.Ordinal);
        string service = overlay.EndsWith("+preemption", StringComparison.Ordinal) ? "cluster-preempting" : "cluster-service";

        foreach (var pod in rendered.Pods)
        {
            ((string?)pod.Spec["priorityClassName"]).ShouldBe(
                Overlay.HasGpus(overlay) && pod.Name == "silo" ? "cluster-worker" : service, pod.Name);
        }

        ((int)classes[service]["value"]!).ShouldBeGreaterThan((int)classes["cluster-worker"]["value"]!);
        classes.Where(one => (string?)one.Value["preemptionPolicy"] != "Never").Select(one => one.Key)
            .ShouldBe(["cluster-preempting"], "no other evicts other people's pods");
    }

    // What the server would add is written down where lists are compared whole: applied again, or by the server, nothing differs.
    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public async Task Defaults_InLists_AreWrittenDown(string overlay)
    {
        var rendered = await Overlay.RenderAsync(overlay);
        var listed = rendered.Of("Service").Concat(rendered.Of("NetworkPolicy")).SelectMany(one => Overlay.Fields(one["spec"], "ports"))
            .Concat(rendered.Pods.SelectMany(pod => Overlay.Fields(pod.Spec, "ports")));
        listed.SelectMany(ports => ports.AsArray()).ShouldAllBe(port => port!["protocol"] != null);
        rendered.Pods.SelectMany(pod => Overlay.Fields(pod.Spec, "fieldRef")).ShouldAllBe(field => (string?)field["apiVersion"] == "v1");
        rendered.Pods.SelectMany(pod => Overlay.Fields(pod.Workload, "volumeClaimTemplates"))
            .SelectMany(claims => claims.AsArray())
            .ShouldAllBe(claim => (string?)claim!["apiVersion"] == "v1" && (string?)claim["kind"] == "PersistentVolumeClaim"
                && (string?)claim["spec"]!["volumeMode"] == "Filesystem");
    }

    // A namespace's LimitRange often asks for this.
    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public async Task Limits_AreAtMostFourTimesTheRequests(string overlay)
    {
        foreach (var container in (await Overlay.RenderAsync(overlay)).Pods.SelectMany(pod => pod.Containers))
        {
            var resources = container["resources"]!;
            (Millis(resources["limits"]!["cpu"]!) / Millis(resources["requests"]!["cpu"]!)).ShouldBeLessThanOrEqualTo(4);
            JsonNode.DeepEquals(resources["limits"]!["memory"], resources["requests"]!["memory"]).ShouldBeTrue();
        }

        static double Millis(JsonNode cpu) => $"{cpu}" is var text && text.EndsWith('m')
            ? double.Parse(text[..^1], CultureInfo.InvariantCulture)
            : 1000 * double.Parse(text, CultureInfo.InvariantCulture);
    }

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public async Task Pods_HaveAnAccountOfTheirOwnWithoutAToken(string overlay)
    {
        var rendered = await Overlay.RenderAsync(overlay);
        var accounts = rendered.Of("ServiceAccount").ToDictionary(account => (string)account["metadata"]!["name"]!, StringComparer.Ordinal);
        foreach (var pod in rendered.Pods)
        {
            accounts.ShouldContainKey((string)pod.Spec["serviceAccountName"]!);
            ((bool?)pod.Spec["automountServiceAccountToken"]).ShouldBe(false, pod.Name);
        }

        accounts.Values.ShouldAllBe(account => (bool?)account["automountServiceAccountToken"] == false);
        rendered.Manifests.Select(manifest => (string)manifest["kind"]!)
            .Where(kind => kind.EndsWith("Role", StringComparison.Ordinal) || kind.EndsWith("RoleBinding", StringComparison.Ordinal))
            .ShouldBeEmpty("nothing asks Kubernetes for anything");
    }
}
