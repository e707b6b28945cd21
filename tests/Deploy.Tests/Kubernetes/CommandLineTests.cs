namespace Cluster.Deploy.Tests.Kubernetes;

/// <summary>The program itself takes the command lines of the manifests.</summary>
public sealed class CommandLineTests
{
    private const string PodAddress = "10.1.2.3";

    [Theory]
    [MemberData(nameof(Overlay.SiloNames), MemberType = typeof(Overlay))]
    public async Task Silo_StartsWithTheCommandLine(string overlay, string workload)
    {
        var rendered = await Overlay.RenderAsync(overlay);
        var container = rendered.Silo(workload).Containers.Single();
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var variable in container["env"]!.AsArray())
        {
            string name = (string)variable!["name"]!;
            environment[name] = Expand((string?)variable["value"] ?? Provided(name));
        }

        using var authority = new TestAuthority("cluster");
        var (certificate, key) = authority.Issue("silo");
        var check = await SiloProgram.CheckAsync(
            container["args"]!.AsArray().Select(argument => Expand((string)argument!)),
            container["volumeMounts"]!.AsArray().Select(mount => (string)mount!["mountPath"]!),
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["/etc/cluster/token/token"] = "secret",
                ["/etc/cluster/token/tokens"] = $"name=a role=admin sha256={new string('0', 64)}",
                ["/etc/cluster/tls/tls.crt"] = certificate,
                ["/etc/cluster/tls/tls.key"] = key,
                ["/etc/cluster/tls/ca.crt"] = authority.Pem,
            },
            environment);

        check.Code.ShouldBe(0, check.Error);
        check.Output.ShouldContain("listens on [::]:5180, for callers with a token");
        check.Output.ShouldContain("shows its jobs to browsers on [::]:5190");
        check.Output.ShouldContain("answers in TLS");
        check.Output.ShouldContain("tells its health, and nothing else, on port 5182");
        check.Output.Contains("speaks with servers of the cluster that have a certificate of", StringComparison.Ordinal)
            .ShouldBe(overlay != "dev");
        check.Output.ShouldContain(
            overlay == "dev" ? "is a cluster of its own" : $"is {PodAddress} of the cluster 'cluster' in PostgreSQL at postgres:5432");
        check.Output.ShouldContain(overlay == "dev" ? "sends no telemetry" : "metrics to http://collector:4317");
        check.Output.ShouldContain(overlay switch
        {
            "dev" => "data/artefacts",
            "bucket" => "artefacts in s3://cluster-artefacts/cluster/, copies of them in ",
            _ => "/artefacts",
        });
        check.Output.ShouldContain((Overlay.HasGpus(overlay), workload) switch
        {
            (true, "coordinator") => "coordinates jobs, and has no slots",
            (true, _) => "cuda:0",
            _ => "cpu:0",
        });
        check.Output.ShouldContain("nothing was started");

        string Expand(string text) => environment.Aggregate(
            text, (expanded, variable) => expanded.Replace($"$({variable.Key})", variable.Value, StringComparison.Ordinal));
    }

    // What Kubernetes and the secrets would put there.
    private static string Provided(string variable) => variable switch
    {
        "POD_IP" => PodAddress,
        "CLUSTER_DATABASE" => "Host=postgres;Database=cluster;Username=cluster;Password=secret;Maximum Pool Size=5",
        _ => variable.ToLowerInvariant(),
    };
}
