using System.Text;

namespace Cluster.Deploy.Tests.Telemetry;

/// <summary>The table of panels in docs/guide/dashboards.md.</summary>
internal static class PanelTable
{
    /// <summary>Names a file that a run writes the table to, to be taken into the guide.</summary>
    private const string Variable = "CLUSTER_PANEL_TABLE";

    /// <summary>The rows of the guide.</summary>
    public static IEnumerable<string> Rows => Checkout.Read("docs", "guide", "dashboards.md")
        .Split('\n')
        .SkipWhile(line => !line.StartsWith("|---|---|---|---|", StringComparison.Ordinal))
        .Skip(1)
        .TakeWhile(line => line.StartsWith('|'));

    /// <summary>Keeps a run's table among the test's results.</summary>
    public static void Keep(string rows)
    {
        TestContext.Current.AddAttachment("panels.md", Encoding.UTF8.GetBytes(rows), "text/markdown");
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } file)
        {
            File.WriteAllText(file, rows);
        }
    }
}
