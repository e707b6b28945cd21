using Cluster.Silo.Settings;
using static Cluster.Deploy.Tests.Compose.ComposeFile;

namespace Cluster.Deploy.Tests.Compose;

public sealed class ComposeTests
{
    private const string Preparing = "prepare";

    [Fact]
    public async Task Silos_StartWithTheirCommandLines()
    {
        Silos.Count().ShouldBe(2);
        foreach (var (name, silo) in Silos)
        {
            var environment = silo["environment"]!.AsObject().ToDictionary(
                variable => variable.Key,
                variable => ((string)variable.Value!).Replace(
                    "${CLUSTER_DATABASE_PASSWORD:?write it into deploy/.env}", "secret", StringComparison.Ordinal),
                StringComparer.Ordinal);
            environment.Remove("TMPDIR").ShouldBeTrue("the timing lock lies where both silos see it");

            var check = await SiloProgram.CheckAsync(
                Texts(silo["command"]),
                [.. Texts(silo["volumes"]).Select(volume => volume.Split(':')[1]), "/run/secrets"],
                new Dictionary<string, string>(StringComparer.Ordinal) { ["/run/secrets/token"] = "secret" },
                environment);

            check.Code.ShouldBe(0, check.Error);
            string address = (string)silo["networks"]!["cluster"]!["ipv4_address"]!;
            check.Output.ShouldContain($"is {address} of the cluster 'cluster' in PostgreSQL at postgres:5432", customMessage: name);
            check.Output.ShouldContain("shows its jobs to browsers on 0.0.0.0:5190");
            check.Output.ShouldContain("metrics to http://collector:4317");
        }
    }

    [Fact]
    public void Silos_HaveAFolderEachAndTheRestInCommon()
    {
        var volumes = Silos.Select(silo => Texts(silo.Value["volumes"])).ToArray();

        volumes.Select(mounts => mounts.Single(mount => mount.EndsWith(":/data", StringComparison.Ordinal))).ShouldBeUnique();
        volumes.Select(mounts => string.Join(' ', mounts.Where(mount => !mount.EndsWith(":/data", StringComparison.Ordinal))))
            .Distinct()
            .ShouldHaveSingleItem()
            .ShouldBe("artefacts:/artefacts machine:/machine");
        Silos.Select(silo => (string)silo.Value["networks"]!["cluster"]!["ipv4_address"]!).ShouldBeUnique();
    }

    [Fact]
    public void Services_AreHardenedAndReachedFromThisMachineOnly()
    {
        foreach (var (name, service) in Services.Where(service => service.Key != Preparing))
        {
            ((bool?)service["read_only"]).ShouldBe(true, name);
            Texts(service["cap_drop"]).ShouldBe(["ALL"], name);
            Texts(service["security_opt"]).ShouldBe(["no-new-privileges:true"], name);
            service.ContainsKey("privileged").ShouldBeFalse(name);
            Texts(service["ports"]).ShouldAllBe(port => port.StartsWith("127.0.0.1:", StringComparison.Ordinal), name);
        }

        ((string)Services[Preparing]["network_mode"]!).ShouldBe("none");
        Silos.ShouldAllBe(silo => (string?)silo.Value["user"] == "10001:10001");
    }

    [Fact]
    public void StopGracePeriod_OfSilos_HoldsTheWholeDrain()
    {
        var limit = new SiloOptions().StopLimit;

        Silos.ShouldAllBe(silo => int.Parse(((string)silo.Value["stop_grace_period"]!).TrimEnd('s'), null) >= limit.TotalSeconds + 10);
    }

    [Fact]
    public void References_AreThere()
    {
        var volumes = Root["volumes"]!.AsObject();
        foreach (var (name, service) in Services)
        {
            foreach (string source in Texts(service["volumes"]).Select(volume => volume.Split(':')[0]))
            {
                bool isThere = source.StartsWith('.') ? Path.Exists(Checkout.At("deploy", source)) : volumes.ContainsKey(source);
                isThere.ShouldBeTrue($"{name} mounts {source}");
            }

            Texts(service["secrets"]).ShouldBeSubsetOf(Root["secrets"]!.AsObject().Select(secret => secret.Key), name);
            (service["depends_on"]?.AsObject() ?? []).Select(other => other.Key).ShouldBeSubsetOf(Services.Keys, name);
        }

        Services.Values.SelectMany(service => Texts(service["volumes"])).Select(volume => volume.Split(':')[0])
            .Where(source => !source.StartsWith('.'))
            .Distinct()
            .ShouldBe(volumes.Select(volume => volume.Key), ignoreOrder: true);
    }
}
