using Cluster.Deploy.Tests.Kubernetes;

namespace Cluster.Deploy.Tests.Guides;

/// <summary>
/// The commands of the guides for Kubernetes, as far as they go without one: what they name is in the overlays, and kubectl itself
/// takes those that ask no cluster.
/// </summary>
public sealed class KubernetesGuideTests
{
    private const string Space = "cluster";

    // What each overlay that a guide applies makes.
    private static readonly string[] Overlays = [.. Overlay.Names.Select(overlay => overlay.Data)];

    public static TheoryData<string> Commands => [.. GuideCommand.By("kubectl").Select(command => command.ToString()).Distinct()];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Kubectl_ACommandOfAGuide_NamesWhatIsThere(string text)
    {
        var command = GuideCommand.By("kubectl").First(command => command.ToString() == text);
        string[] words = [.. command.Words.Skip(1).TakeWhile(word => word != ">")];
        if (words is ["-n", var space, ..])
        {
            space.ShouldBe(Space);
            words = words[2..];
        }

        switch (words)
        {
            case ["apply", "-k", var folder]:
                string path = Path.GetFullPath(Checkout.At(command.Folder, folder));
                Path.GetDirectoryName(path).ShouldBe(Checkout.At("deploy", "k8s", "overlays"));
                (await Overlay.RenderAsync(Path.GetFileName(path))).Pods.ShouldNotBeEmpty();
                break;
            case ["create", "namespace", var name]:
                (await DryRunAsync(words))["metadata"]!["name"]!.ToString().ShouldBe(name);
                await ShouldAllAsync(overlay => (string?)overlay.Of("Namespace").Single()["metadata"]!["name"] == name);
                break;
            case ["create", "secret", "generic", var name, ..]:
                var made = (await DryRunAsync(words))["data"]!.AsObject().Select(entry => entry.Key).ToArray();
                var used = new HashSet<string>(StringComparer.Ordinal);
                foreach (string overlay in Overlays)
                {
                    used.UnionWith(KeysOf(await Overlay.RenderAsync(overlay), name));
                }

                made.ShouldBe(used, ignoreOrder: true, $"{name} has what pods read of it, and nothing else");
                break;
            case ["rollout", "status", var workload]:
                await ShouldAllAsync(overlay => Workload(overlay, workload));
                break;
            case ["describe", var kind, var name]:
                await ShouldAllAsync(overlay => Workload(overlay, $"{kind}/{name}"));
                break;
            case ["port-forward", var target, .. var ports]:
                await ShouldAllAsync(overlay => ports.Except(ServicePorts(overlay, target)).FirstOrDefault() is null);
                break;
            case ["get", "secret", var name, "-o", var template]:
                GuideCommand.By("kubectl").Where(other => MadeSecret(other) == name)
                    .SelectMany(other => other.Values("--from-literal").Concat(other.Values("--from-file")))
                    .Select(pair => $"jsonpath={{.data.{pair.Split('=')[0]}}}")
                    .ShouldContain(template);
                break;
            case ["get", "pods", ..]:
            case ["cordon", ..]:
                // Any cluster has them.
                break;
            default:
                Assert.Fail($"No check here knows what this command names: {command}");
                break;
        }
    }

    [Fact]
    public async Task Kustomize_NamingTheImage_ChangesThatOfEverySilo()
    {
        var command = GuideCommand.By("kustomize").ShouldHaveSingleItem();
        command.Words.Take(4).ShouldBe(["kustomize", "edit", "set", "image"]);
        string[] parts = command.Words[4].Split('=', 2);
        string[] image = parts[1].Split('@');
        string overlay = Checkout.At(command.Folder);
        File.Exists(Path.Combine(overlay, "kustomization.yaml")).ShouldBeTrue(overlay);
        string file = await File.ReadAllTextAsync(Path.Combine(overlay, "kustomization.yaml"), TestContext.Current.CancellationToken);

        // What the edit would leave of a copy of the overlay, whose one image it is.
        var images = Support.Yaml.Documents(file).Single()["images"]!.AsArray();
        ((string)images.ShouldHaveSingleItem()!["name"]!).ShouldBe(parts[0]);
        using var copy = new WorkFolder();
        string made = copy.Write("made/kustomization.yaml", $"""
            apiVersion: kustomize.config.k8s.io/v1beta1
            kind: Kustomization
            resources: [{Path.GetRelativePath(copy["made"], overlay)}]
            images: [{"{"}name: {parts[0]}, newName: {image[0]}, digest: "{image[1]}"{"}"}]
            """);
        var rendered = await OtherProgram.RunAsync(Overlay.Kubectl(), ["kustomize", Path.GetDirectoryName(made)!], Alone(copy));

        rendered.Code.ShouldBe(0, rendered.Error);
        var changed = new Overlay("edited", Support.Yaml.Documents(rendered.Output));
        changed.Silos.SelectMany(silo => silo.Containers).Select(container => (string)container["image"]!)
            .ShouldAllBe(image => image == parts[1]);
    }

    [Fact]
    public async Task Overlays_Applied_HaveAllTheirSecretsFromTheGuide()
    {
        string[] created = [.. GuideCommand.By("kubectl").Select(MadeSecret).OfType<string>()];

        foreach (string name in Overlays)
        {
            var overlay = await Overlay.RenderAsync(name);
            overlay.Pods.SelectMany(SecretsOf).Distinct().ShouldBeSubsetOf(created, name);
        }
    }

    private static string? MadeSecret(GuideCommand command) => command.Words.SkipWhile(word => word != "generic").ElementAtOrDefault(1);

    // kubectl makes the object and sends it nowhere.
    private static async Task<JsonNode> DryRunAsync(IEnumerable<string> words)
    {
        using var folder = new WorkFolder();
        string[] arguments =
        [
            .. words.Select(word => word.Split('=') is ["--from-file" and var option, var key, var file]
                ? $"{option}={key}={folder.Write(file, "text")}"
                : word),
            "--dry-run=client", "-o", "json",
        ];
        var run = await OtherProgram.RunAsync(Overlay.Kubectl(), arguments, Alone(folder));
        run.Code.ShouldBe(0, run.Error);
        return JsonNode.Parse(run.Output)!;
    }

    private static Dictionary<string, string> Alone(WorkFolder home) =>
        new(StringComparer.Ordinal) { ["HOME"] = home.Root, ["KUBECONFIG"] = "/dev/null" };

    private static async Task ShouldAllAsync(Func<Overlay, bool> holds)
    {
        foreach (string name in Overlays)
        {
            holds(await Overlay.RenderAsync(name)).ShouldBeTrue($"in the overlay {name}");
        }
    }

    private static bool Workload(Overlay overlay, string name) => overlay.Pods.Any(
        pod => $"{((string)pod.Workload["kind"]!).ToLowerInvariant()}/{pod.Name}" == name);

    private static IEnumerable<string> ServicePorts(Overlay overlay, string target) => overlay.Of("Service")
        .Where(service => $"service/{service["metadata"]!["name"]}" == target)
        .SelectMany(service => service["spec"]!["ports"]!.AsArray())
        .Select(port => port!["port"]!.ToString());

    private static IEnumerable<string> SecretsOf(PodTemplate pod) => pod.Volumes
        .Select(volume => (string?)volume["secret"]?["secretName"])
        .Concat(Variables(pod).Select(secret => (string?)secret["name"]))
        .OfType<string>();

    private static IEnumerable<JsonNode> Variables(PodTemplate pod) => pod.Containers
        .SelectMany(container => container["env"]?.AsArray() ?? [])
        .Select(variable => variable!["valueFrom"]?["secretKeyRef"])
        .OfType<JsonNode>();

    // Keys that variables name, and files of the secret that a command line names.
    private static IEnumerable<string> KeysOf(Overlay overlay, string secret)
    {
        foreach (var pod in overlay.Pods)
        {
            foreach (var named in Variables(pod).Where(named => (string?)named["name"] == secret))
            {
                yield return (string)named["key"]!;
            }

            foreach (string volume in pod.Volumes
                .Where(volume => (string?)volume["secret"]?["secretName"] == secret)
                .Select(volume => (string)volume["name"]!))
            {
                foreach (var container in pod.Containers)
                {
                    string mount = (string)container["volumeMounts"]!.AsArray()
                        .First(mount => (string?)mount!["name"] == volume)!["mountPath"]!;
                    foreach (string argument in container["args"]!.AsArray().Select(argument => (string)argument!))
                    {
                        if (argument.IndexOf($"={mount}/", StringComparison.Ordinal) is var at and > 0)
                        {
                            yield return argument[(at + mount.Length + 2)..];
                        }
                    }
                }
            }
        }
    }
}
