using Cluster.Deploy.Tests.Telemetry;

namespace Cluster.Deploy.Tests.Monitoring;

/// <summary>What dashboards and rules ask Prometheus.</summary>
internal static partial class Queries
{
    /// <summary>The alerts of deploy/prometheus/rules.yaml.</summary>
    public static IReadOnlyList<JsonObject> Alerts { get; } =
    [
        .. Yaml.Documents(Checkout.Read("deploy", "prometheus", "rules.yaml")).Single()["groups"]!.AsArray()
            .SelectMany(group => group!["rules"]!.AsArray())
            .Select(rule => rule!.AsObject()),
    ];

    /// <summary>Every query, and where it stands.</summary>
    public static IEnumerable<(string Place, string Query)> All => Alerts.Select(alert => ((string)alert["alert"]!, (string)alert["expr"]!))
        .Concat(Panel.All.Select(panel => ($"{panel.Dashboard}: {panel.Title}", panel.Query)));

    /// <summary>The metrics that a query names.</summary>
    public static IEnumerable<string> Metrics(string query) =>
        Names().Matches(Labels().Replace(query, " ")).Select(match => match.Value).Distinct();

    [GeneratedRegex(@"\b(by|on|ignoring|group_left) \([^)]*\)|\{[^}]*\}|""[^""]*""")]
    private static partial Regex Labels();

    [GeneratedRegex(@"\b(cluster|rpc|dotnet|hw|orleans|db)_\w+", RegexOptions.ExplicitCapture)]
    private static partial Regex Names();
}
