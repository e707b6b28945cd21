namespace Cluster.Reporting.Charts;

/// <summary>
/// Two bars per layer, in the order of execution: signal to noise of its output, with only this layer quantized and with all layers before
/// it. Longer is better; where the second is shorter than the first, the error came in with the inputs.
/// </summary>
internal static class ErrorChart
{
    private const double RowHeight = 26;
    private const int Ticks = 6;

    /// <summary>Draws the chart of at least one layer.</summary>
    public static void Write(HtmlWriter html, IReadOnlyList<LayerErrors> layers)
    {
        var decibels = layers.SelectMany(layer => new[] { layer.Local?.SqnrDb, layer.Accumulated?.SqnrDb }).OfType<double>().ToArray();
        foreach (var frame in BarFrame.Both)
        {
            var pane = frame.Begin(html, layers.Count * RowHeight, "Signal to quantization noise of each layer, alone and accumulated");
            var axis = LinearAxis.Over(decibels.Append(0), 0, pane.Left, pane.Right);
            frame.Columns(pane, "layer", "alone, dB", "accumulated");
            foreach (var tick in axis.Ticks(Ticks))
            {
                pane.TickAcross(axis.At(tick), $"{Math.Round(tick, 2) + 0.0:0.##}");
            }

            for (var i = 0; i < layers.Count; i++)
            {
                Row(pane, frame, layers[i], BarFrame.Top + (i * RowHeight), axis);
            }

            pane.Upright("axis", axis.At(0));
            pane.TitleAcross("signal to noise of a layer's output, dB (more is better)", 38);
            html.Add($"</svg>");
        }
    }

    private static void Row(ChartPane pane, BarFrame frame, LayerErrors layer, double top, LinearAxis axis)
    {
        var baseLine = top + (RowHeight / 2) + 4;
        var (alone, accumulated) = (Figures.Decibels(layer.Local?.SqnrDb), Figures.Decibels(layer.Accumulated?.SqnrDb));
        pane.Html.Add($"<g><title>{layer.Group} ({layer.Format}): {alone} dB alone, {accumulated} dB accumulated</title>");
        Bar(pane.Html, "int8", layer.Local?.SqnrDb, top + 4, axis);
        Bar(pane.Html, "fp32", layer.Accumulated?.SqnrDb, top + 13, axis);
        frame.Row(pane, baseLine, layer.Group, alone, accumulated);
        pane.Html.Add($"</g>");
    }

    private static void Bar(HtmlWriter html, string tone, double? decibels, double top, LinearAxis axis)
    {
        if (decibels is { } value)
        {
            var (zero, end) = (axis.At(0), axis.At(value));
            html.Add(
                $"<g class=\"bar {tone}\"><rect x=\"{Math.Min(zero, end)}\" y=\"{top}\" width=\"{Math.Max(1, Math.Abs(end - zero))}\" "
                + $"height=\"8\" rx=\"2\"/></g>");
        }
    }
}
