namespace Cluster.Reporting.Sections;

/// <summary>The network's graph, coloured by format.</summary>
internal static class NetworkSection
{
    // About one screen.
    private const int MostOpen = 24;

    public static void Write(HtmlWriter html, ReportModel model)
    {
        var groups = model.Result.Winner.Plan.Groups;
        html.Add($"<section id=\"network\"><h2>The network in its formats</h2><p class=\"legend\">");
        foreach (var format in groups.CountBy(decision => decision.Format).OrderByDescending(format => format.Value))
        {
            html.Add(
                $"<span class=\"key\"><i class=\"box {NetworkGraph.Tone(format.Key)}\"></i>{format.Key.Title}: {format.Value}</span>");
        }

        html.Add(
            $"</p><details{Open(groups.Count <= MostOpen)}><summary>{groups.Count} groups, from the first to the last</summary><figure>");
        NetworkGraph.Write(html, model);
        html.Add(
            $"<figcaption>Point at a group for the reason. Orange arrows change the format. Arrows at the left join the "
            + $"network's inputs, its outputs, and operators that no plan decides on.</figcaption></figure></details></section>\n");
    }

    private static ConstantMarkup Open(bool isOpen) => new(isOpen ? " open=\"\"" : string.Empty);
}
