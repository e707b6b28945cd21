namespace Cluster.Deploy.Tests.Monitoring;

/// <summary>The form of the dashboards.</summary>
public sealed class DashboardTests
{
    public static TheoryData<string> Names => [.. Directory
        .EnumerateFiles(Checkout.At("deploy", "grafana"), "*.json")
        .Select(file => Path.GetFileName(file))
        .Order(StringComparer.Ordinal)];

    [Fact]
    public void Dashboards_AreSixAndAllInTheConfigMap()
    {
        string kustomization = Checkout.Read("deploy", "grafana", "kustomization.yaml");

        Names.Count.ShouldBe(6);
        Names.ShouldAllBe(name => kustomization.Contains($"      - {name.Data}\n", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Panels_HaveAPlaceATitleAndQueries(string name)
    {
        var dashboard = JsonNode.Parse(Checkout.Read("deploy", "grafana", name))!;
        var panels = dashboard["panels"]!.AsArray();

        ((string)dashboard["uid"]!).ShouldBe($"cluster-{Path.GetFileNameWithoutExtension(name)}");
        panels.Count.ShouldBeGreaterThan(6);
        panels.Select(panel => (int)panel!["id"]!).ShouldBeUnique();
        panels.Select(panel => (string)panel!["title"]!).ShouldBeUnique();
        var taken = new HashSet<(int X, int Y)>();
        foreach (var panel in panels)
        {
            var place = panel!["gridPos"]!;
            panel["targets"]!.AsArray().ShouldNotBeEmpty();
            ((string)panel["datasource"]!["uid"]!).ShouldBe("${datasource}");
            ((string?)panel["fieldConfig"]!["defaults"]!["unit"]).ShouldNotBeNullOrEmpty();
            ((int)place["x"]! + (int)place["w"]!).ShouldBeLessThanOrEqualTo(24);
            for (int x = (int)place["x"]!; x < (int)place["x"]! + (int)place["w"]!; x++)
            {
                for (int y = (int)place["y"]!; y < (int)place["y"]! + (int)place["h"]!; y++)
                {
                    taken.Add((x, y)).ShouldBeTrue($"{panel["title"]} covers another panel");
                }
            }
        }
    }
}
