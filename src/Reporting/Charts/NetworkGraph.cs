namespace Cluster.Reporting.Charts;

/// <summary>
/// The network from top to bottom: a box per group in the colour of its format. A tensor goes down to the next group, or along a lane at
/// the right to later ones, which shows the branches; its arrow has a colour where it changes the format. What is in no group, such as
/// inputs and outputs, is at the left.
/// </summary>
internal static class NetworkGraph
{
    // One lane beside the boxes fits a narrow screen.
    private const double Left = 18;
    private const double Right = 310;
    private const double NameAt = Left + 80;
    private const double RowHeight = 34;
    private const double BoxHeight = 24;
    private const double FirstLane = Right + 14;
    private const double LaneWidth = 11;
    private const double Middle = Left + 20;
    private const double TipLength = 7;

    // A tensor leaves a box below its middle and enters above, so that one lane can end where another begins.
    private const double Offset = 5;
    // At 7.5 units each, beside the format.
    private const int MostCharacters = 28;
    private const int FewestCharacters = 4;

    /// <summary>The colour of a format: the class that style sheet and legend use.</summary>
    public static string Tone(GroupFormat format) => format switch
    {
        { IsBaseline: true } => "fp32",
        { IsInt8: true } => "int8",
        { IsCalibrated: true } => "low",
        _ => "half",
    };

    /// <summary>Draws the groups and edges of the network in the winner's formats.</summary>
    public static void Write(HtmlWriter html, ReportModel model)
    {
        var space = model.Space;
        var formats = model.Result.Winner.Plan.Groups.Select(decision => decision.Format).ToArray();
        var lanes = EdgeLanes.Of(space);
        double width = FirstLane + (lanes.Select(lane => lane.Number).DefaultIfEmpty(-1).Max() * LaneWidth) + 10;
        double height = (space.Groups.Count * RowHeight) + 6;
        html.Add(
            $"<svg class=\"graph\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" "
            + $"aria-label=\"The network's groups in the formats of the selected plan\">");
        foreach (var edge in space.Edges)
        {
            Direct(html, edge, formats);
        }

        foreach (var lane in lanes)
        {
            Along(html, lane, formats);
        }

        for (var i = 0; i < space.Groups.Count; i++)
        {
            Box(html, space.Groups[i], i, formats[i], model.Result.Groups.ElementAtOrDefault(i)?.Reason);
        }

        html.Add($"</svg>");
    }

    // To the next group, or between a group and what is in none.
    private static void Direct(HtmlWriter html, GroupEdge edge, GroupFormat[] formats)
    {
        if (edge.From < 0)
        {
            double y = Center(edge.To) - Offset;
            html.Add($"<path class=\"edge\" d=\"M2 {y}H{Left - TipLength}\"/>");
            Tip(html, string.Empty, Left, y, -TipLength, 0);
        }
        else if (edge.To == formats.Length)
        {
            double y = Center(edge.From) + Offset;
            html.Add($"<path class=\"edge\" d=\"M{Left} {y}H{2 + TipLength}\"/>");
            Tip(html, string.Empty, 2, y, TipLength, 0);
        }
        else if (edge.To == edge.From + 1)
        {
            double end = Center(edge.To) - (BoxHeight / 2);
            string change = Change(formats, edge.From, edge.To);
            html.Add(
                $"<path class=\"edge{change}\" d=\"M{Middle} {Center(edge.From) + (BoxHeight / 2)}"
                + $"V{end - TipLength}\"/>");
            Tip(html, change, Middle, end, 0, -TipLength);
        }
    }

    private static void Along(HtmlWriter html, EdgeLane lane, GroupFormat[] formats)
    {
        double x = FirstLane + (lane.Number * LaneWidth);
        html.Add($"<path class=\"edge\" d=\"M{Right} {Center(lane.From) + Offset}H{x}V{Center(lane.Last) - Offset}\"/>");
        foreach (int reader in lane.Readers)
        {
            double y = Center(reader) - Offset;
            string change = Change(formats, lane.From, reader);
            html.Add($"<path class=\"edge{change}\" d=\"M{x} {y}H{Right + TipLength}\"/>");
            Tip(html, change, Right, y, TipLength, 0);
        }
    }

    // An arrow's tip at a point; the other two numbers lead back along the arrow.
    private static void Tip(HtmlWriter html, string change, double x, double y, double backX, double backY) => html.Add(
        $"<path class=\"tip{change}\" d=\"M{x} {y}L{x + backX + (backY / 2)} {y + backY + (backX / 2)}"
        + $"L{x + backX - (backY / 2)} {y + backY - (backX / 2)}Z\"/>");

    private static void Box(HtmlWriter html, GroupInfo group, int index, GroupFormat format, string? reason)
    {
        string name = VisibleText.Shorten(group.Name, MostCharacters);
        string operators = string.Join(" · ", group.Operators);
        int free = MostCharacters - name.Length;
        html.Add(
            $"<g class=\"box {Tone(format)}\"><title>{group.Name} ({operators}), {format.Title}"
            + $"{(reason is null ? string.Empty : $": {reason}")}</title>");
        html.Add(
            $"<rect x=\"{Left}\" y=\"{Center(index) - (BoxHeight / 2)}\" width=\"{Right - Left}\" height=\"{BoxHeight}\" rx=\"4\"/>"
            + $"<text class=\"format\" x=\"{Left + 8}\" y=\"{Center(index) + 4}\">{format.Title}</text>"
            + $"<text x=\"{NameAt}\" y=\"{Center(index) + 4}\">{name} <tspan class=\"dim\">"
            + $"{(free < FewestCharacters ? string.Empty : VisibleText.Shorten(operators, free))}</tspan></text></g>");
    }

    private static double Center(int index) => (index * RowHeight) + (BoxHeight / 2) + 3;

    private static string Change(GroupFormat[] formats, int from, int to) => formats[from] == formats[to] ? string.Empty : " change";
}
