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
        rendered.Manifests.SelectMany(schema.Problems).ShouldBeEmpty();
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
        ((string?)rendered.Of("Namespace").Single()["metadata"]!["labels"]!["pod-security.kubernetes.io/enforce"]).ShouldBe("restricted");
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
        var classes = rendered.Of("PriorityClass").ToDictionary(one => (string)one["metadata"]!["name"]!, StringComparer.Ordinal);

        foreach (var pod in rendered.Pods.Where(pod => pod.Workload["kind"]!.GetValue<string>() == "StatefulSet"))
        {
            ((string?)pod.Spec["priorityClassName"]).ShouldBe(
                Overlay.HasGpus(overlay) && pod.Name == "silo" ? "cluster-worker" : "cluster-service", pod.Name);
        }

        ((int)classes["cluster-service"]["value"]!).ShouldBeGreaterThan((int)classes["cluster-worker"]["value"]!);
        ((string?)classes["cluster-worker"]["preemptionPolicy"]).ShouldBe("Never");
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
