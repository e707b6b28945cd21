namespace Cluster.Deploy.Tests.Kubernetes;

/// <summary>What an overlay of a user's own over deploy/k8s/overlays/NAME would send; NAME+COMPONENT adds a component.</summary>
internal sealed partial record Overlay(string Name, IReadOnlyList<JsonObject> Manifests)
{
    private const string Usual = "namespace: cluster";

    private static readonly ConcurrentDictionary<string, Lazy<Task<Overlay>>> Rendered = new(StringComparer.Ordinal);
    private static readonly string[] OnceFolders = ["once", "once/artefacts", "once/kueue", "once/preemption"];

    /// <summary>The overlays of this repository, and those with a component that none has.</summary>
    public static TheoryData<string> Names => [.. Directory
        .EnumerateDirectories(Checkout.At("deploy", "k8s", "overlays"))
        .Select(folder => Path.GetFileName(folder))
        .Append("cpu+autoscale")
        .Append("cpu+prometheus-operator")
        .Append("cpu+tokens")
        .Append("gpu+preemption")
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
            var names = new TheoryData<string, string>();
            names.AddRange([.. Names.Where(overlay => HasGpus(overlay.Data)).Select(overlay => (overlay.Data, "coordinator"))]);
            names.AddRange([.. Names.Select(overlay => (overlay.Data, "silo"))]);
            return names;
        }
    }

    /// <summary>All silos, whatever they are there for.</summary>
    public IEnumerable<PodTemplate> Silos => Pods.Where(pod => pod.Labels["app.kubernetes.io/name"] == "silo");

    /// <summary>Whether the workers of an overlay have GPUs, and coordinators beside them.</summary>
    public static bool HasGpus(string name) => name is "gpu" or "gpu+preemption" or "kueue";

    public PodTemplate Silo(string workload) => Silos.Single(pod => pod.Name == workload);

    public IEnumerable<JsonObject> Of(string kind) => Manifests.Where(manifest => (string?)manifest["kind"] == kind);

    /// <summary>Renders it once; skips the test where no kubectl can.</summary>
    /// <param name="name">The overlay, with components.</param>
    /// <param name="own">What else the user's own overlay says.</param>
    public static Task<Overlay> RenderAsync(string name, string own = Usual)
    {
        string[] parts = name.Split('+');
        return MadeAsync(
            name,
            folder => $"""
                apiVersion: kustomize.config.k8s.io/v1beta1
                kind: Kustomization
                resources: [{From(folder, "overlays", parts[0])}]
                components: [{string.Join(", ", parts.Skip(1).Select(component => From(folder, "components", component)))}]
                {own}
                """);
    }

    /// <summary>The same; null where kubectl refuses.</summary>
    public static async Task<Overlay?> TryRenderAsync(string name)
    {
        try
        {
            return await RenderAsync(name);
        }
        catch (NotRenderedException)
        {
            return null;
        }
    }

    /// <summary>What deploy/k8s/once and its folders have, which no overlay does.</summary>
    /// <param name="own">What the overlays over those with a namespace say.</param>
    public static async Task<Overlay> OnceAsync(string own = Usual)
    {
        var all = new List<JsonObject>();
        foreach (string folder in OnceFolders)
        {
            bool hasNamespace = Checkout.Read("deploy", "k8s", folder, "kustomization.yaml")
                .Contains("\nnamespace:", StringComparison.Ordinal);
            all.AddRange((await MadeAsync(
                folder,
                made => $"""
                    apiVersion: kustomize.config.k8s.io/v1beta1
                    kind: Kustomization
                    resources: [{From(made, folder)}]
                    {(hasNamespace ? own : "")}
                    """)).Manifests);
        }

        return new Overlay("once", all);
    }

    /// <summary>The example, over an overlay of this checkout instead of a repository elsewhere.</summary>
    public static async Task<Overlay> ExampleAsync(string overlay = "bucket")
    {
        string text = Checkout.Read("deploy", "k8s", "example", "kustomization.yaml");
        var remote = Remote().Match(text);
        Path.Exists(Checkout.At("deploy", "k8s", remote.Groups["path"].Value)).ShouldBeTrue("it stands on a repository at a tag");
        return await MadeAsync(
            "example",
            folder => text.Replace(remote.Value, From(folder, "overlays", overlay), StringComparison.Ordinal),
            ("silo.yaml", Checkout.Read("deploy", "k8s", "example", "silo.yaml")));
    }

    /// <summary>The values of a field, wherever a manifest has it.</summary>
    public static IEnumerable<JsonNode> Fields(JsonNode? node, string name) => node switch
    {
        JsonObject map => map.Where(pair => pair.Key == name).Select(pair => pair.Value!)
            .Concat(map.SelectMany(pair => Fields(pair.Value, name))),
        JsonArray list => list.SelectMany(item => Fields(item, name)),
        _ => [],
    };

    private static Task<Overlay> MadeAsync(string name, Func<string, string> kustomization, params (string Name, string Text)[] files)
    {
        string kubectl = Kubectl();
        return Rendered.GetOrAdd(
            kustomization("/"), _ => new Lazy<Task<Overlay>>(() => RenderAsync(kubectl, name, kustomization, files))).Value;
    }

    /// <summary>Where kubectl is; skips the test where there is none.</summary>
    public static string Kubectl()
    {
        string? kubectl = Checkout.Program("kubectl");
        Assert.SkipWhen(kubectl is null, "There is no kubectl on the PATH, which renders the overlays: install it.");
        return kubectl!;
    }

    private static async Task<Overlay> RenderAsync(
        string kubectl, string name, Func<string, string> kustomization, (string Name, string Text)[] files)
    {
        using var home = new WorkFolder();
        var alone = new Dictionary<string, string>(StringComparer.Ordinal) { ["HOME"] = home.Root, ["KUBECONFIG"] = "/dev/null" };
        var version = await OtherProgram.RunAsync(kubectl, ["version", "--client", "-o", "json"], alone);
        string? kustomize = version.Code == 0 ? (string?)JsonNode.Parse(version.Output)?["kustomizeVersion"] : null;
        Assert.SkipUnless(
            kustomize is not null && Version.TryParse(kustomize.TrimStart('v'), out var number) && number.Major >= 4,
            $"kubectl has no kustomize of version 4 or later ({kustomize ?? version.Error}), which renders the overlays: install it.");

        home.Write("made/kustomization.yaml", kustomization(home["made"]));
        foreach (var (file, text) in files)
        {
            home.Write($"made/{file}", text);
        }

        var rendered = await OtherProgram.RunAsync(kubectl, ["kustomize", home["made"]], alone);
        if (rendered.Code != 0)
        {
            throw new NotRenderedException(rendered.Error);
        }

        rendered.Error.ShouldBeEmpty("warnings of what is no longer supported");
        return new Overlay(name, Yaml.Documents(rendered.Output));
    }

    private static string From(string folder, params string[] parts) =>
        Path.GetRelativePath(folder, Checkout.At(["deploy", "k8s", .. parts]));

    private sealed class NotRenderedException(string message) : Exception(message);

    [GeneratedRegex(@"https://\S+//deploy/k8s/(?<path>\S+)\?ref=v[0-9.]+", RegexOptions.ExplicitCapture)]
    private static partial Regex Remote();
}
