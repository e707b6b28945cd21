using Cluster.Deploy.Tests.Kubernetes;

namespace Cluster.Deploy.Tests.Guides;

/// <summary>
/// The commands of the guides for Kubernetes, as far as they go without one: what they name is in the overlays, and kubectl itself
/// takes those that ask no cluster.
/// </summary>
public sealed partial class KubernetesGuideTests
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
            case ["apply" or "delete", "-k", "my-cluster"]:
                GuideCommand.By("cp").ShouldHaveSingleItem().Words.ShouldBe(["cp", "-r", "deploy/k8s/example", "my-cluster"]);
                (await Overlay.ExampleAsync()).Pods.ShouldNotBeEmpty();
                break;
            case ["apply", "-k", var folder]:
                folder.ShouldStartWith("deploy/k8s/once");
                File.Exists(Checkout.At(folder, "kustomization.yaml")).ShouldBeTrue(folder);
                break;
            case ["apply", "-f", "-"]:
                // What the command before it makes.
                break;
            case ["scale", var scaled, "--replicas=0"]:
                await ShouldAllAsync(overlay => Workload(overlay, scaled));
                break;
            case ["auth", "can-i", "--list", var account]:
                account.ShouldStartWith($"--as=system:serviceaccount:{Space}:");
                string asked = account.Split(':')[^1];
                await ShouldAllAsync(overlay => overlay.Of("ServiceAccount").Any(one => (string?)one["metadata"]!["name"] == asked));
                break;
            case ["delete", ..]:
                // Leftovers_OfAnotherOverlay_AreDeletedByTheGuide.
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
            case ["rollout" or "apply", "status" or "edit-last-applied", var workload]:
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
            case ["taint", "node", _, "node.kubernetes.io/out-of-service=nodeshutdown:NoExecute"]:
                // Any cluster has them.
                break;
            default:
                Assert.Fail($"No check here knows what this command names: {command}");
                break;
        }
    }

    // Blocks that begin with `# over OVERLAY`.
    [Fact]
    public async Task Patches_OfTheGuide_ChangeWhatTheySay()
    {
        var patches = OwnPatches().Matches(Checkout.Read("docs", "guide", "kubernetes.md"));
        patches.Count.ShouldBe(3);
        foreach (Match patch in patches)
        {
            string name = patch.Groups["overlay"].Value;
            var plain = await Overlay.RenderAsync(name);
            var patched = await Overlay.RenderAsync(name, $"namespace: {Space}\n{patch.Groups["own"].Value}");

            patched.Manifests.Zip(plain.Manifests).Count(pair => !JsonNode.DeepEquals(pair.First, pair.Second))
                .ShouldBe(name.Contains('+', StringComparison.Ordinal) ? 2 : 1, patch.Value);
        }
    }

    // What an overlay has and another lacks stays when that other is applied.
    [Fact]
    public async Task Leftovers_OfAnotherOverlay_AreDeletedByTheGuide()
    {
        string[] deleted =
        [
            .. GuideCommand.By("kubectl").Where(command => command.Words.Contains("delete") && !command.Words.Contains("-k"))
                .SelectMany(command => command.Words.SkipWhile(word => word != "delete").Skip(1)),
        ];
        var needed = new HashSet<string>(StringComparer.Ordinal);
        foreach (string before in Overlays.Where(name => name != "dev"))
        {
            foreach (string after in Overlays.Where(name => name != "dev"))
            {
                needed.UnionWith(Objects(await Overlay.RenderAsync(before)).Except(Objects(await Overlay.RenderAsync(after))));
            }
        }

        deleted.ShouldBe(needed, ignoreOrder: true);
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

    private static IEnumerable<string> Objects(Overlay overlay) => overlay.Manifests.Select(
        manifest => $"{((string)manifest["kind"]!).ToLowerInvariant()}/{manifest["metadata"]!["name"]}");

    private static string? MadeSecret(GuideCommand command) => command.Words.SkipWhile(word => word != "generic").ElementAtOrDefault(1);

    // kubectl makes the object and sends it nowhere.
    private static async Task<JsonNode> DryRunAsync(IEnumerable<string> words)
    {
        using var folder = new WorkFolder();
        string[] arguments =
        [
            .. words.TakeWhile(word => word != "--dry-run=client").Select(
                word => word.Split('=') is ["--from-file" and var option, var key, var file]
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

    [GeneratedRegex(
        "^```yaml\n# over (?<overlay>[a-z+-]+)[^\n]*\n(?<own>.*?)^```$",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex OwnPatches();
}
