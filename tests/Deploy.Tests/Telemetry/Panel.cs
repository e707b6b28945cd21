namespace Cluster.Deploy.Tests.Telemetry;

/// <summary>One query of a panel.</summary>
/// <param name="Dashboard">The file of its dashboard, without .json.</param>
/// <param name="Title">The panel's title.</param>
/// <param name="Query">As Grafana sends it, less its variables.</param>
internal sealed record Panel(string Dashboard, string Title, string Query)
{
    /// <summary>All of deploy/grafana.</summary>
    public static IReadOnlyList<Panel> All { get; } =
    [
        .. from file in Directory.EnumerateFiles(Checkout.At("deploy", "grafana"), "*.json").Order(StringComparer.Ordinal)
           from panel in JsonNode.Parse(File.ReadAllText(file))!["panels"]!.AsArray()
           from target in panel!["targets"]!.AsArray()
           select new Panel(Path.GetFileNameWithoutExtension(file), (string)panel["title"]!, (string)target!["expr"]!)
    ];

    /// <summary>The query of all jobs, over the last hour where Grafana chooses the range: as long as a slow machine may take.</summary>
    public string OverAnHour => Query.Replace("$__rate_interval", "1h", StringComparison.Ordinal)
        .Replace("$job", ".*", StringComparison.Ordinal);
}
