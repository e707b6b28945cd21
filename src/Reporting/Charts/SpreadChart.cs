namespace Cluster.Reporting.Charts;

/// <summary>A small histogram of a tensor's values: logarithms of counts, with the ends of its range as lines.</summary>
internal static class SpreadChart
{
    private const double Width = 260;
    private const double Bottom = 62;
    private const double Tallest = 58;

    /// <summary>Draws the histogram.</summary>
    public static void Write(HtmlWriter html, ActivationSpread spread)
    {
        double width = Width / spread.Counts.Count;
        double most = Math.Log(1 + spread.Counts.Max());
        html.Add(
            $"<svg class=\"spread\" viewBox=\"0 0 {Width} {Bottom + 18}\" role=\"img\" aria-label=\"Values of {spread.Tensor}\">"
            + $"<path class=\"values\" d=\"M0 {Bottom}");
        for (var i = 0; i < spread.Counts.Count; i++)
        {
            double height = most > 0 ? Tallest * Math.Log(1 + spread.Counts[i]) / most : 0;
            html.Add($"V{Bottom - height}H{(i + 1) * width}");
        }

        html.Add($"V{Bottom}Z\"/>");
        var pane = new ChartPane(html, 0, 0, Width, Bottom);
        pane.Level("axis", Bottom);
        foreach (double end in new[] { spread.Low, spread.High })
        {
            pane.Upright("bound", At(spread, end));
        }

        html.Add(
            $"<text class=\"tick\" x=\"0\" y=\"{Bottom + 14}\">{Number(spread.From)}</text><text class=\"tick\" x=\"{Width}\" "
            + $"y=\"{Bottom + 14}\" text-anchor=\"end\">{Number(spread.To)}</text></svg>");
    }

    /// <summary>A value of an activation in three digits, or in whole numbers.</summary>
    public static string Number(double value) =>
        (value + 0.0).ToString(Math.Abs(value) is >= 1000 and < 1e6 ? "F0" : "G3");

    private static double At(ActivationSpread spread, double value) => (value - spread.From) / (spread.To - spread.From) * Width;
}
