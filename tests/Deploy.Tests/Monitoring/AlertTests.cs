namespace Cluster.Deploy.Tests.Monitoring;

public sealed class AlertTests
{
    [Fact]
    public async Task Alerts_FireInTheirFaultsAndKeepQuietOtherwise()
    {
        string? promtool = Checkout.Program("promtool");
        Assert.SkipWhen(promtool is null, "There is no promtool in .tools or on the PATH: .ci/run installs it.");

        var run = await OtherProgram.RunAsync(promtool!, ["test", "rules", Checkout.At("deploy", "prometheus", "rules.test.yaml")]);

        run.Code.ShouldBe(0, run.Output + run.Error);
        (run.Output + run.Error).ShouldContain("SUCCESS");
    }

    [Fact]
    public void Alerts_EachHaveBothTestsAndARunbook()
    {
        string tests = Checkout.Read("deploy", "prometheus", "rules.test.yaml");
        string[] names = [.. Queries.Alerts.Select(alert => (string)alert["alert"]!)];

        names.Length.ShouldBeGreaterThan(10);
        names.ShouldBeUnique();
        foreach (var alert in Queries.Alerts)
        {
            string name = (string)alert["alert"]!;
            tests.ShouldContain($"name: {name} fires\n");
            tests.ShouldContain($"name: {name} keeps quiet\n");
            ((string)alert["annotations"]!["runbook_url"]!).ShouldBe($"https://cluster.example/docs/runbooks/{name}.md");
            ((string)alert["labels"]!["severity"]!).ShouldBeOneOf("warning", "critical");
            string page = Checkout.Read("docs", "runbooks", $"{name}.md");
            page.ShouldStartWith($"# {name}\n");
            page.ShouldContain($"It fires after {(string)alert["for"]!} ({(string)alert["labels"]!["severity"]!}).");
            page.ShouldContain("\n## Look\n");
            page.ShouldContain("\n## Do\n");
            Checkout.Read("docs", "runbooks", "README.md").ShouldContain($"[{name}]({name}.md)");
        }

        Directory.EnumerateFiles(Checkout.At("docs", "runbooks"), "*.md")
            .Select(Path.GetFileNameWithoutExtension)
            .Where(page => page is not ("README" or "BackupAndRestore"))
            .ShouldBe(names, ignoreOrder: true);
    }

    [Fact]
    public void PrometheusRule_HasTheRulesOfTheFile()
    {
        string file = Checkout.Read("deploy", "prometheus", "rules.yaml");
        string path = Checkout.At("deploy", "k8s", "components", "prometheus-operator", "prometheus-rule.yaml");
        string rule = File.ReadAllText(path);
        int begin = rule.IndexOf("\nspec:\n", StringComparison.Ordinal) + 7;
        string groups = file[file.IndexOf("groups:", StringComparison.Ordinal)..].TrimEnd('\n');
        string expected = $"{rule[..begin]}  {groups.Replace("\n", "\n  ", StringComparison.Ordinal)}\n";
        string written = Path.Combine(AppContext.BaseDirectory, Path.GetFileName(path));
        File.WriteAllText(written, expected);

        rule.ShouldBe(expected, $"copy {written} to {path}");
    }

    [Fact]
    public async Task Queries_NameMetricsThatASiloCanSend()
    {
        var sent = await SentMetrics.OfASiloAsync(TestContext.Current.CancellationToken);
        foreach (var (place, query) in Queries.All)
        {
            string[] named = [.. Queries.Metrics(query)];
            named.ShouldNotBeEmpty(place);
            named.Where(name => !sent.Contains(name, StringComparer.Ordinal)).ShouldBeEmpty(place);
        }
    }

    [Fact]
    public void Metrics_ThatAreSent_AreEachAskedFor()
    {
        string[] asked = [.. Queries.All.SelectMany(query => Queries.Metrics(query.Query)).Select(Base).Distinct()];

        SentMetrics.Ours().Select(Base).Distinct().Except(asked).ShouldBeEmpty("on no dashboard and in no rule");
    }

    private static string Base(string name) =>
        SentMetrics.Suffixes.FirstOrDefault(suffix => name.EndsWith(suffix, StringComparison.Ordinal)) is { } suffix
            ? name[..^suffix.Length]
            : name;
}
