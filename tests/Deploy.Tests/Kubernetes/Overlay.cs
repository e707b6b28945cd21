using System.Collections.Concurrent;

namespace Cluster.Deploy.Tests.Kubernetes;

/// <summary>What `kubectl apply -k deploy/k8s/overlays/NAME` would send; NAME+COMPONENT adds a component.</summary>
internal sealed record Overlay(string Name, IReadOnlyList<JsonObject> Manifests)
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<Overlay>>> Rendered = new(StringComparer.Ordinal);

    /// <summary>The overlays of this repository, and those with a component that none has.</summary>
    public static TheoryData<string> Names => [.. Directory
        .EnumerateDirectories(Checkout.At("deploy", "k8s", "overlays"))
        .Select(folder => Path.GetFileName(folder))
        .Append("cpu+autoscale")
        .Append("cpu+prometheus-operator")
        .Order(StringComparer.Ordinal)];

    /// <summary>The pods that its workloads make.</summary>
    public IEnumerable<PodTemplate> Pods =>
        from workload in Manifests
        where workload["spec"]?["template"]?["spec"] is not null
        select new PodTemplate(workload);

    /// <summary>Every workload of silos, with its overlay; <see cref="SiloTests.Silos_OfOverlays_AreAllLookedAt" /> counts them.</summary>
    public static TheoryData<string, string> SiloNames
    {
        get
        {
            var names = new TheoryData<string, string> { { "gpu", "coordinator" }, { "kueue", "coordinator" } };
            names.AddRange([.. Names.Select(overlay => (overlay.Data, "silo"))]);
            return names;
        }
    }

    /// <summary>All silos, whatever they are there for.</summary>
    public IEnumerable<PodTemplate> Silos => Pods.Where(pod => pod.Labels["app.kubernetes.io/name"] == "silo");

    /// <summary>Whether the workers of an overlay have GPUs, and coordinators beside them.</summary>
    public static bool HasGpus(string name) => name is "gpu" or "kueue";

    public PodTemplate Silo(string workload) => Silos.Single(pod => pod.Name == workload);

    public IEnumerable<JsonObject> Of(string kind) => Manifests.Where(manifest => (string?)manifest["kind"] == kind);

    /// <summary>Renders it once; skips the test where no kubectl can.</summary>
    public static async Task<Overlay> RenderAsync(string name)
    {
        string kubectl = Kubectl();
        return await Rendered.GetOrAdd(name, _ => new Lazy<Task<Overlay>>(() => RenderAsync(kubectl, name))).Value;
    }

    /// <summary>Where kubectl is; skips the test where there is none.</summary>
    public static string Kubectl()
    {
        string? kubectl = Checkout.Program("kubectl");
        Assert.SkipWhen(kubectl is null, "There is no kubectl on the PATH, which renders the overlays: install it.");
        return kubectl!;
    }

    private static async Task<Overlay> RenderAsync(string kubectl, string name)
    {
        using var home = new WorkFolder();
        var alone = new Dictionary<string, string>(StringComparer.Ordinal) { ["HOME"] = home.Root, ["KUBECONFIG"] = "/dev/null" };
        var version = await OtherProgram.RunAsync(kubectl, ["version", "--client", "-o", "json"], alone);
        string? kustomize = version.Code == 0 ? (string?)JsonNode.Parse(version.Output)?["kustomizeVersion"] : null;
        Assert.SkipUnless(
            kustomize is not null && Version.TryParse(kustomize.TrimStart('v'), out var number) && number.Major >= 4,
            $"kubectl has no kustomize of version 4 or later ({kustomize ?? version.Error}), which renders the overlays: install it.");

        string[] parts = name.Split('+');
        home.Write("made/kustomization.yaml", $"""
            apiVersion: kustomize.config.k8s.io/v1beta1
            kind: Kustomization
            namespace: cluster
            resources: [{From(home["made"], "overlays", parts[0])}]
            components: [{string.Join(", ", parts.Skip(1).Select(component => From(home["made"], "components", component)))}]
            """);
        var rendered = await OtherProgram.RunAsync(
            kubectl, ["kustomize", parts.Length == 1 ? Checkout.At("deploy", "k8s", "overlays", name) : home["made"]], alone);
        rendered.Code.ShouldBe(0, rendered.Error);
        return new Overlay(name, Yaml.Documents(rendered.Output));
    }

    private static string From(string folder, params string[] parts) =>
        Path.GetRelativePath(folder, Checkout.At(["deploy", "k8s", .. parts]));
}
