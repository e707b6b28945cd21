using Cluster.Deploy.Tests.Compose;
using Cluster.Deploy.Tests.Kubernetes;

namespace Cluster.Deploy.Tests.Guides;

/// <summary>The commands of the guides for a container engine, as far as they go without one.</summary>
public sealed class EngineGuideTests
{
    private static readonly GuideCommand[] Docker = [.. GuideCommand.By("docker")];

    private static GuideCommand[] Builds => [.. Docker.Where(command => command.Words[1] == "build")];

    private static GuideCommand[] Runs => [.. Docker.Where(command => command.Words[1] == "run")];

    [Fact]
    public void Docker_CommandsOfTheGuides_AreOfThreeKinds() =>
        Docker.Where(command => !(command.Words[1] is "build" or "run" || command.Words is ["docker", "compose", "up", "--detach"]))
            .ShouldBeEmpty("each kind has its checks here");

    [Fact]
    public void Build_NamesAFileItsArgumentsAndAnImageThatIsUsed()
    {
        Builds.Length.ShouldBe(2);
        foreach (var build in Builds)
        {
            string file = Checkout.At(build.Folder, build.Values("-f").Single());
            string[] declared = [.. File.ReadLines(file).Where(line => line.StartsWith("ARG ", StringComparison.Ordinal))
                .Select(line => line[4..].Split('=')[0])];

            build.Values("--build-arg").Select(argument => argument.Split('=')[0]).ShouldBeSubsetOf(declared, build.ToString());
            build.Words[^1].ShouldBe(".", "a Dockerfile copies from the root of a checkout");
            Path.GetFullPath(Checkout.At(build.Folder)).ShouldBe(Path.GetFullPath(Checkout.Root));
        }

        string[] made = [.. Builds.SelectMany(build => build.Values("-t"))];
        Runs.Select(run => ImageAndArguments(run)[0]).ShouldBeSubsetOf(made);
        ComposeFile.Silos.Select(silo => (string)silo.Value["image"]!).ShouldBeSubsetOf(made);
    }

    [Fact]
    public async Task Overlays_RunTheImagesThatTheGuideBuilds()
    {
        string[] made = [.. Builds.SelectMany(build => build.Values("-t"))];
        foreach (string name in Overlay.Names.Select(overlay => overlay.Data))
        {
            (await Overlay.RenderAsync(name)).Silos.SelectMany(silo => silo.Containers).Select(container => (string)container["image"]!)
                .ShouldBeSubsetOf(made, name);
        }
    }

    [Fact]
    public async Task Run_IsTakenByTheProgramWithVolumesAndPortsThatTheImageHas()
    {
        foreach (var run in Runs)
        {
            string[] arguments = ImageAndArguments(run)[1..];
            string[] volumes = [.. run.Values("-v").Select(volume => volume.Split(':')[1])];
            volumes.ShouldBeSubsetOf(["/data"], "the image writes nowhere else");
            if (arguments[0] != "silo")
            {
                var help = await OtherProgram.RunAsync(BuiltProgram.Require("Cli"), [.. arguments, "--help"]);
                help.Code.ShouldBe(0, $"{run}: {help.Error}");
                continue;
            }

            // As the engine would give them: `--data-dir /data` is `--data-dir=/data`.
            string[] joined = [.. Joined(arguments)];
            var nothing = new Dictionary<string, string>(StringComparer.Ordinal);
            var check = await SiloProgram.CheckAsync(joined, volumes, nothing, nothing);

            check.Code.ShouldBe(0, check.Error);
            foreach (string port in run.Values("-p"))
            {
                check.Output.ShouldContain($"listens on 0.0.0.0:{port.Split(':')[^1]}");
                Checkout.Read("deploy", "docker", "Dockerfile").ShouldContain($"\nEXPOSE {port.Split(':')[^1]}\n");
                port.ShouldStartWith("127.0.0.1:", customMessage: "what is not encrypted is this machine's alone");
            }
        }
    }

    [Fact]
    public void Compose_GuideFiles_AreFound()
    {
        var compose = Docker.Single(command => command.Words[1] == "compose");
        File.Exists(Checkout.At(compose.Folder, "compose.yaml")).ShouldBeTrue();
        var made = GuideCommand.All
            .Where(command => command.Guide == compose.Guide && command.Folder == compose.Folder && command.Words.Contains(">"))
            .ToDictionary(command => command.Words[^1], command => command.Words, StringComparer.Ordinal);

        made.Keys.ShouldBe(["token", ".env"], ignoreOrder: true);
        ((string)ComposeFile.Root["secrets"]!["token"]!["file"]!).ShouldBe("./token");
        string variable = made[".env"][1].Split('=')[0];
        ComposeFile.Root.ToJsonString().ShouldContain($"${{{variable}:?write it into {compose.Folder[2..]}/.env}}");
    }

    [Fact]
    public void Client_AsksWherePortsArePublishedOrForwarded()
    {
        string[] published =
        [
            .. ComposeFile.Silos.SelectMany(silo => ComposeFile.Texts(silo.Value["ports"]))
                .Where(port => port.EndsWith(":5180", StringComparison.Ordinal))
                .Select(port => $"http://{port[..port.LastIndexOf(':')]}"),
            .. GuideCommand.By("kubectl").Where(command => command.Words.Contains("port-forward"))
                .SelectMany(command => command.Words.SkipWhile(word => !word.StartsWith("service/", StringComparison.Ordinal)).Skip(1))
                .Select(port => $"https://localhost:{port}"),
        ];
        var clients = GuideCommand.By("./cluster").Where(command => command.Guide == "kubernetes.md").ToArray();

        clients.Length.ShouldBe(2);
        clients.ShouldAllBe(command => command.Values("--server").Any(), "neither listens at the usual address of a silo of one's own");
        clients.SelectMany(command => command.Values("--server")).SelectMany(servers => servers.Split(','))
            .ShouldBeSubsetOf(published);
    }

    // docker run OPTIONS IMAGE ARGUMENTS
    private static string[] ImageAndArguments(GuideCommand run)
    {
        string[] valued = ["-v", "-p", "--gpus", "--cap-drop", "--security-opt", "--name"];
        int at = 2;
        while (run.Words[at].StartsWith('-'))
        {
            at += valued.Contains(run.Words[at]) ? 2 : 1;
        }

        return [.. run.Words.Skip(at)];
    }

    private static IEnumerable<string> Joined(string[] arguments)
    {
        for (int at = 0; at < arguments.Length; at++)
        {
            bool hasValue = arguments[at].StartsWith("--", StringComparison.Ordinal) && at + 1 < arguments.Length
                && !arguments[at + 1].StartsWith('-');
            yield return hasValue ? $"{arguments[at]}={arguments[++at]}" : arguments[at];
        }
    }
}
