using Cluster.Reporting.Html;
using Cluster.Reporting.Models;
using Cluster.Terminal;

namespace Cluster.Reporting.Charts;

/// <summary>
/// Two bars per layer, in the order of execution: signal to noise of its output, with only this layer quantized and with all layers before
/// it. Longer is better; where the second is shorter than the first, the error came in with the inputs.
/// </summary>
internal static class ErrorChart
{
    private const double Width = 960;
    private const double Left = 250;
    private const double Right = 800;
    private const double Top = 28;
    private const double RowHeight = 26;
    private const int LongestName = 34;
    private const int Ticks = 6;

    /// <summary>Draws the chart of at least one layer.</summary>
    public static void Write(HtmlWriter html, IReadOnlyList<LayerErrors> layers)
    {
        var bottom = Top + (layers.Count * RowHeight);
        var decibels = layers.SelectMany(layer => new[] { layer.Local?.SqnrDb, layer.Accumulated?.SqnrDb }).OfType<double>();
        var axis = LinearAxis.Over(decibels.Append(0), 0, Left, Right);
        html.Add(
            $"<svg viewBox=\"0 0 {Width} {bottom + 44}\" role=\"img\" aria-label=\"Signal to quantization noise of each layer, alone and "
            + $"accumulated\">");
        html.Add(
            $"<text class=\"title\" x=\"{Left - 10}\" y=\"16\" text-anchor=\"end\">layer</text><text class=\"title\" "
            + $"x=\"{Right + 60}\" y=\"16\" text-anchor=\"end\">alone, dB</text><text class=\"title\" x=\"{Width - 10}\" y=\"16\" "
            + $"text-anchor=\"end\">accumulated</text>");
        foreach (var tick in axis.Ticks(Ticks))
        {
            html.Add($"<line class=\"grid\" x1=\"{axis.At(tick)}\" y1=\"{Top}\" x2=\"{axis.At(tick)}\" y2=\"{bottom}\"/>");
            html.Add($"<text class=\"tick\" x=\"{axis.At(tick)}\" y=\"{bottom + 18}\" text-anchor=\"middle\">{tick}</text>");
        }

        for (var i = 0; i < layers.Count; i++)
        {
            Row(html, layers[i], Top + (i * RowHeight), axis);
        }

        html.Add($"<line class=\"axis\" x1=\"{axis.At(0)}\" y1=\"{Top}\" x2=\"{axis.At(0)}\" y2=\"{bottom}\"/>");
        html.Add(
            $"<text class=\"title\" x=\"{(Left + Right) / 2}\" y=\"{bottom + 38}\" text-anchor=\"middle\">signal to quantization noise of "
            + $"what the layer hands on, dB (more is better)</text></svg>");
    }

    private static void Row(HtmlWriter html, LayerErrors layer, double top, LinearAxis axis)
    {
        var baseLine = top + (RowHeight / 2) + 4;
        html.Add(
            $"<g><title>{layer.Group} ({layer.Format}): {Figures.Decibels(layer.Local?.SqnrDb)} dB alone, "
            + $"{Figures.Decibels(layer.Accumulated?.SqnrDb)} dB accumulated</title>");
        html.Add(
            $"<text class=\"name\" x=\"{Left - 10}\" y=\"{baseLine}\" "
            + $"text-anchor=\"end\">{VisibleText.Shorten(layer.Group, LongestName)}</text>");
        Bar(html, "int8", layer.Local?.SqnrDb, top + 4, axis);
        Bar(html, "fp32", layer.Accumulated?.SqnrDb, top + 13, axis);
        html.Add(
            $"<text class=\"value\" x=\"{Right + 60}\" y=\"{baseLine}\" text-anchor=\"end\">{Figures.Decibels(layer.Local?.SqnrDb)}</text>"
            + $"<text class=\"value\" x=\"{Width - 10}\" y=\"{baseLine}\" "
            + $"text-anchor=\"end\">{Figures.Decibels(layer.Accumulated?.SqnrDb)}</text></g>");
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
