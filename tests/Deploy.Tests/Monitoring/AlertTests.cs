using System.Diagnostics.Metrics;
using Cluster.Silo.Telemetry;

namespace Cluster.Deploy.Tests.Monitoring;

public sealed class AlertTests
{
    private static readonly string[] Suffixes = ["_bucket", "_sum", "_count"];

    // Of .NET itself.
    private static readonly string[] Others = ["dotnet_process_memory_working_set_bytes", "dotnet_process_cpu_time_seconds_total"];

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
            ((string)alert["annotations"]!["runbook"]!).ShouldBe($"docs/runbooks/{name}.md");
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
    public void Queries_NameMetricsThatAreSent()
    {
        string[] sent = [.. Sent(), .. Others];
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

        Sent().Select(Base).Distinct().Except(asked).ShouldBeEmpty("nobody looks at these");
    }

    private static string Base(string name) =>
        Suffixes.FirstOrDefault(suffix => name.EndsWith(suffix, StringComparison.Ordinal)) is { } suffix ? name[..^suffix.Length] : name;

    private static List<string> Sent()
    {
        using var metrics = new SiloMetrics(TimeProvider.System);
        var names = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (ReferenceEquals(instrument.Meter, metrics.Meter))
                {
                    string name = PrometheusName.Of(instrument.Name, instrument.Unit ?? "", instrument is Counter<long>);
                    names.AddRange(instrument is Histogram<double> ? Suffixes.Select(suffix => name + suffix) : [name]);
                }
            },
        };
        listener.Start();
        return names;
    }
}
