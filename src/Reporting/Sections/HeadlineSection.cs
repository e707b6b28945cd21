using Cluster.Coordinator.Journal;
using Cluster.Reporting.Html;
using Cluster.Reporting.Models;
using Cluster.Terminal;

namespace Cluster.Reporting.Sections;

/// <summary>The result in one sentence and four numbers.</summary>
internal static class HeadlineSection
{
    public static void Write(HtmlWriter html, ReportModel model)
    {
        var verdict = Verdict.Of(model);
        var tone = model.Outcome.Selection.Kind switch
        {
            WinnerKind.Faster or WinnerKind.MostAccurate when !model.Outcome.IsUnclear => "good",
            WinnerKind.Faster or WinnerKind.NothingFaster => "none",
            _ => "bad",
        };
        html.Add(
            $"<header id=\"verdict\"><p class=\"eyebrow\">Quantization report · target {model.Outcome.Spec.Options.Target} · job "
            + $"{model.Outcome.Spec.JobId[..12]}</p><h1>{model.ModelName}</h1>");
        html.Add($"<span class=\"status {tone}\">{verdict.Status}</span><p class=\"lead\">{verdict.Sentence}</p>");
        Tiles(html, model);
        html.Add($"<ul class=\"notes\">");
        foreach (var note in verdict.Notes)
        {
            html.Add($"<li>{note}</li>");
        }

        html.Add($"</ul></header>\n");
    }

    private static void Tiles(HtmlWriter html, ReportModel model)
    {
        var points = model.Points;
        var float32 = points.First(point => point.Roles.HasFlag(PlanRoles.Float32));
        var winner = points.First(point => point.Roles.HasFlag(PlanRoles.Winner));
        html.Add($"<div class=\"tiles\">");
        if (winner.Latency is { } latency)
        {
            Tile(html, winner.Plan.IsBaseline ? "1.00×" : Figures.Ratio(winner.SpeedUp) + "×", "as fast as FP32");
            Tile(
                html,
                Figures.Milliseconds(latency.MedianMs) + " ms",
                winner.Plan.IsBaseline ? "per run in FP32" : $"per run, FP32 {Figures.Milliseconds(latency.Float32MedianMs)} ms");
        }

        Tile(
            html,
            winner.LevelText,
            winner.Plan.IsBaseline ? model.Metric : $"{model.Metric}, FP32 {float32.LevelText}: {model.ComparedAccuracy}");
        Tile(html, Figures.Bytes(winner.Accuracy?.SizeBytes), $"file size, FP32 {Figures.Bytes(float32.Accuracy?.SizeBytes)}");
        html.Add($"</div>");
    }

    private static void Tile(HtmlWriter html, string figure, string words) =>
        html.Add($"<div class=\"tile\"><b>{figure}</b><span>{words}</span></div>");
}
