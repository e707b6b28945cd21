using Cluster.Contract.V1;

namespace Cluster.Deploy.Tests.Telemetry;

/// <summary>
/// What a real silo sends, through OTLP and a collector that is played, in a real Prometheus: asked with every query of
/// deploy/grafana and deploy/prometheus.
/// </summary>
[Long]
public sealed partial class DashboardSeriesTests
{
    // Evaluators end in it, and outputs that are not finite.
    private const string Faulty = "synthetic:groups=24,sensitive=6,ms=20..60,images=2000,seed=5,poison=0.15,verbs=nan+segv";

    private const string Annealed = "synthetic:groups=8,sensitive=2,ms=5..20,images=2000,seed=5";

    /// <summary>Faults that no job causes: their queries give the 0 of a sound cluster.</summary>
    private static readonly string[] Quiet =
    [
        "Journal writes that fail", "Leases that expired", "Calls that fail for the server's reasons"
    ];

    [Fact]
    public async Task Panels_AfterJobsWithFaults_EachReturnASeries()
    {
        await using var collector = await PlayedCollector.StartAsync();
        await using var prometheus = await PrometheusServer.StartAsync(collector.Address);
        await PlayedGpu.ShowAsync(collector.Address);
        string annealed;
        using (var silo = await TelemetrySilo.StartAsync(collector.Address))
        {
            // Prometheus tells the rate of what it has seen before.
            await silo.RunAsync("synthetic:groups=8,sensitive=2,ms=5..20,images=2000,seed=5");
            await collector.UntilStoredAsync();
            annealed = await silo.RunAsync(Annealed, change: spec => spec.Strategy = SearchStrategy.Anneal);
            await silo.RunAsync(Faulty);
            await collector.UntilStoredAsync();
        }

        var empty = new List<string>();
        foreach (var panel in Panel.All)
        {
            var found = await prometheus.QueryAsync(panel.OverAnHour);
            if (!found.Values.Any(double.IsFinite))
            {
                empty.Add($"{panel.Dashboard}: {panel.Title}: {panel.OverAnHour} gives {found.Count} series without a number");
            }
        }

        empty.ShouldBeEmpty(string.Join('\n', empty));
        await ShowFaultsAsync(prometheus);
        await ShowSearchAsync(prometheus, annealed);
        await ShowAlertsAsync(prometheus);
        await ShowLabelsAsync(prometheus);
    }

    // The panels of faults show the faults of this run, not the 0 that they have without one.
    private static async Task ShowFaultsAsync(PrometheusServer prometheus)
    {
        foreach (var (title, wanted) in new (string, string[])[]
        {
            ("Evaluators given up", ["cluster_reason=native_crash"]),
            ("Attempts without a result", ["error_type=native_crash"]),
            ("Candidates that failed", ["error_type=not_finite"]),
            ("GPUs held down", ["hw_id=cuda:0", "cluster_reason=power_cap"]),
        })
        {
            var panel = Panel.All.Single(one => one.Title == title);
            var series = (await prometheus.QueryAsync(panel.OverAnHour)).Keys;
            series.ShouldContain(labels => wanted.All(label => labels.Contains(label, StringComparison.Ordinal)), title);
        }

        foreach (var panel in Panel.All.Where(one => Quiet.Contains(one.Title, StringComparer.Ordinal)))
        {
            (await prometheus.QueryAsync(panel.OverAnHour)).Values.ShouldAllBe(value => value == 0, panel.Title);
        }
    }

    // By job, with numbers that a search has.
    private static async Task ShowSearchAsync(PrometheusServer prometheus, string job)
    {
        (await OneAsync("cluster_search_speedup_ratio")).ShouldBeGreaterThan(1);
        (await OneAsync("cluster_search_drop_ratio")).ShouldBeInRange(-1, 1);
        (await OneAsync("cluster_search_temperature")).ShouldBeInRange(0.0001, 0.03);
        (await OneAsync("cluster_search_acceptance_ratio")).ShouldBeInRange(0.001, 1);
        var plans = await prometheus.QueryAsync($"sum(cluster_search_plans{{cluster_job_id=\"{job}\"}})");
        plans.Values.ShouldHaveSingleItem().ShouldBeGreaterThan(5);
        var times = await prometheus.QueryAsync($"cluster_search_plan_duration_seconds{{cluster_job_id=\"{job}\"}}");
        times.Count.ShouldBeInRange(1, 12);
        times.Values.ShouldAllBe(seconds => seconds > 0 && seconds < 1);

        async Task<double> OneAsync(string metric) =>
            (await prometheus.QueryAsync($"{metric}{{cluster_job_id=\"{job}\"}}")).Values.ShouldHaveSingleItem(metric);
    }

    private static async Task ShowAlertsAsync(PrometheusServer prometheus)
    {
        var alerts = await prometheus.AlertsAsync();
        alerts.Select(alert => alert.Name).ShouldBe(
            Monitoring.Queries.Alerts.Select(alert => (string)alert["alert"]!), ignoreOrder: true);
        alerts.ShouldAllBe(alert => alert.Health == "ok" && alert.State != "firing");
    }

    // docs/guide/telemetry.md names the labels that came, and no others but those of errors.
    private static async Task ShowLabelsAsync(PrometheusServer prometheus)
    {
        var series = await prometheus.QueryAsync("""{__name__=~"(cluster|hw|rpc)_.+"}""");
        foreach (Match row in MetricRow().Matches(Checkout.Read("docs", "guide", "telemetry.md")))
        {
            string[] listed = [.. row.Groups["label"].Captures.Select(label => PrometheusName.Label(label.Value))];
            string metric = PrometheusName.Label(row.Groups["name"].Value);
            string[] came = [.. series.Keys
                .Where(labels => labels.StartsWith($"__name__={metric}", StringComparison.Ordinal))
                .SelectMany(labels => labels.Split(", "))
                .Select(label => label.Split('=')[0])
                .Where(label => label is not ("le" or "service_instance_id") && !Resource().IsMatch($"{label}="))
                .Distinct()];

            came.Except(listed).ShouldBeEmpty(metric);
            listed.Except(came).ShouldBeSubsetOf(["error_type"], metric);
        }
    }

    [GeneratedRegex("^(__name__|instance|job|service_name|service_version|telemetry_.*|k8s_.*)=", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Resource();

    [GeneratedRegex(
        @"^\| `(?<name>[a-z_.]+)` \| (counter|histogram|gauge) \| `[^`]+` \| (`(?<label>[a-z_.]+)`,? )*\|",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline,
        1000)]
    private static partial Regex MetricRow();
}
